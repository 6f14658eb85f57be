{{/* contour's container. */}}

{{- define "contour.serveArgs" -}}
- serve
- --incluster
- "--http-address={{ .Values.listenAddress }}"
- "--http-port={{ .Values.contour.ports.http }}"
- "--debug-http-port={{ .Values.contour.ports.debug }}"
- "--xds-port={{ .Values.contour.ports.xds }}"
{{- if eq .Values.mode "separate" }}
- "--xds-address={{ .Values.listenAddress }}"
- --contour-cafile=/certs/ca.crt
- --contour-cert-file=/certs/tls.crt
- --contour-key-file=/certs/tls.key
{{- end }}
- "--envoy-service-http-address={{ .Values.listenAddress }}"
- "--envoy-service-http-port={{ .Values.envoy.ports.http }}"
- "--envoy-service-https-address={{ .Values.listenAddress }}"
- "--envoy-service-https-port={{ .Values.envoy.ports.https }}"
{{- with .Values.watchNamespaces }}
- "--watch-namespaces={{ join "," . }}"
{{- end }}
{{- with .Values.rootNamespaces }}
- "--ingressroute-root-namespaces={{ join "," . }}"
{{- end }}
{{- if or .Values.ingressClass.required (ne .Values.ingressClass.name "contour") }}
- "--ingress-class-name={{ .Values.ingressClass.name }}"
{{- end }}
{{- include "contour.addressArgs" . }}
- "--log-level={{ .Values.contour.logLevel }}"
- "--log-format={{ .Values.contour.logFormat }}"
{{- with .Values.contour.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "contour.addressArgs" -}}
{{- $from := include "contour.addressFrom" . -}}
{{- if eq $from "addresses" }}
{{- if not .Values.ingressAddress.addresses }}
{{- fail "ingressAddress.from is addresses: give ingressAddress.addresses" }}
{{- end }}
- "--ingress-status-address={{ join "," .Values.ingressAddress.addresses }}"
{{- else if eq $from "service" }}
{{- if not .Values.envoy.service.enabled }}
{{- fail "ingressAddress.from is service: leave envoy.service.enabled" }}
{{- end }}
- "--envoy-service-name={{ include "contour.envoyName" . }}"
- "--envoy-service-namespace={{ .Release.Namespace }}"
{{- else if eq $from "nodes" }}
{{- $labels := include "contour.selector" (dict "root" . "component" (include "contour.envoyComponent" .)) | fromYaml }}
- "--envoy-node-addresses={{ range $index, $key := keys $labels | sortAlpha }}{{ if $index }},{{ end }}{{ $key }}={{ get $labels $key }}{{ end }}"
- "--envoy-service-namespace={{ .Release.Namespace }}"
{{- end }}
{{- end -}}

{{- define "contour.contourContainer" -}}
name: contour
{{ include "contour.image" (dict "root" . "image" .Values.contour.image) }}
args:
  {{- include "contour.serveArgs" . | nindent 2 }}
{{- $memory := dig "limits" "memory" "" .Values.contour.resources }}
{{- if or $memory .Values.contour.extraEnv }}
env:
  {{- if $memory }}
  # 70 % of the memory's limit, in MiB; the rest is for code and buffers.
  - name: NODE_OPTIONS
    value: --max-old-space-size={{ div (mul (include "contour.bytes" $memory) 70) 104857600 }}
  {{- end }}
  {{- with .Values.contour.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
ports:
  - { name: metrics, containerPort: {{ .Values.contour.ports.http }} }
  {{- if eq .Values.mode "separate" }}
  - { name: xds, containerPort: {{ .Values.contour.ports.xds }} }
  {{- end }}
livenessProbe:
  httpGet: { path: /healthz, port: {{ .Values.contour.ports.http }} }
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: {{ .Values.contour.ports.http }} }
  periodSeconds: 5
  timeoutSeconds: 5
resources:
  {{- toYaml .Values.contour.resources | nindent 2 }}
securityContext:
  {{- include "contour.containerSecurity" . | nindent 2 }}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  {{- if eq .Values.mode "separate" }}
  - { name: certs, mountPath: /certs, readOnly: true }
  {{- else }}
  - { name: api-access, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
  {{- end }}
  {{- with .Values.contour.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
