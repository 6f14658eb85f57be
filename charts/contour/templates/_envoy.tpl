{{/* The containers of a pod with Envoy. */}}

{{- define "contour.bootstrapContainer" -}}
name: bootstrap
{{ include "contour.image" (dict "root" . "image" .Values.contour.image) }}
args:
  - bootstrap
  - /config/envoy.json
  {{- if eq .Values.mode "separate" }}
  - "--xds-address={{ include "contour.fullname" . }}"
  - --contour-cafile=/certs/ca.crt
  - --contour-cert-file=/certs/tls.crt
  - --contour-key-file=/certs/tls.key
  {{- end }}
  - "--xds-port={{ .Values.contour.ports.xds }}"
  - --admin-address=/admin/admin.sock
  - "--stats-address={{ .Values.listenAddress }}"
  - "--stats-port={{ .Values.envoy.ports.stats }}"
  - "--max-connections={{ int64 .Values.envoy.maxConnections }}"
  {{- with dig "limits" "memory" "" .Values.envoy.resources }}
  - "--max-heap-bytes={{ div (mul (include "contour.bytes" .) 80) 100 }}"
  {{- end }}
  - --node-id=$(POD_NAME)
  {{- with .Values.envoy.bootstrapExtraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - name: POD_NAME
    valueFrom:
      fieldRef: { fieldPath: metadata.name }
resources:
  requests: { cpu: 50m, memory: 64Mi }
  limits: { memory: 256Mi }
securityContext:
  {{- include "contour.containerSecurity" . | nindent 2 }}
volumeMounts:
  - { name: config, mountPath: /config }
  - { name: tmp, mountPath: /tmp }
{{- end -}}

{{/* No liveness probe: while Envoy drains, or waits for contour, it is right that it isn't ready. */}}
{{- define "contour.envoyContainer" -}}
name: envoy
restartPolicy: Always
{{ include "contour.image" (dict "root" . "image" .Values.envoy.image) }}
command: [envoy]
args:
  - -c
  - /config/envoy.json
  - --disable-hot-restart
  - --log-level
  - {{ .Values.envoy.logLevel | quote }}
  {{- with .Values.envoy.concurrency }}
  - --concurrency
  - {{ int64 . | quote }}
  {{- end }}
  {{- with .Values.envoy.extraArgs }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.envoy.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
readinessProbe:
  httpGet: { path: /ready, port: {{ .Values.envoy.ports.stats }} }
  periodSeconds: 3
  timeoutSeconds: 3
resources:
  {{- toYaml .Values.envoy.resources | nindent 2 }}
securityContext:
  {{- include "contour.containerSecurity" . | nindent 2 }}
volumeMounts:
  - { name: config, mountPath: /config, readOnly: true }
  - { name: admin, mountPath: /admin }
  - { name: tmp, mountPath: /tmp }
  {{- if eq .Values.mode "separate" }}
  - { name: certs, mountPath: /certs, readOnly: true }
  {{- end }}
  {{- with .Values.envoy.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "contour.shutdownContainer" -}}
{{- if ge (int .Values.envoy.drain.delaySeconds) (int .Values.envoy.drain.timeoutSeconds) -}}
{{- fail "envoy.drain.delaySeconds is part of timeoutSeconds and must be less: connections need time to end after it" -}}
{{- end -}}
name: shutdown
{{ include "contour.image" (dict "root" . "image" .Values.contour.image) }}
args: [drain, --wait]
lifecycle:
  preStop:
    exec:
      command:
        - contour
        - drain
        - --admin-address=/admin/admin.sock
        - "--delay={{ .Values.envoy.drain.delaySeconds }}s"
        - "--timeout={{ .Values.envoy.drain.timeoutSeconds }}s"
# Envoy's ports. They are the pod's, whoever names them, but kubelet gives host ports to these containers only.
ports:
  {{- $hostPorts := include "contour.hostPorts" . }}
  - name: http
    containerPort: {{ .Values.envoy.ports.http }}
    {{- if $hostPorts }}
    hostPort: {{ .Values.envoy.hostPorts.http }}
    {{- end }}
  - name: https
    containerPort: {{ .Values.envoy.ports.https }}
    {{- if $hostPorts }}
    hostPort: {{ .Values.envoy.hostPorts.https }}
    {{- end }}
  - name: stats
    containerPort: {{ .Values.envoy.ports.stats }}
resources:
  requests: { cpu: 10m, memory: 48Mi }
  limits: { memory: 192Mi }
securityContext:
  {{- include "contour.containerSecurity" . | nindent 2 }}
volumeMounts:
  - { name: admin, mountPath: /admin }
  - { name: tmp, mountPath: /tmp }
{{- end -}}
