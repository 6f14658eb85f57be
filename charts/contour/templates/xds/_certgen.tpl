{{/* The Job that makes the certificates of xDS. */}}

{{- define "contour.certgenRules" -}}
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ .Values.xds.contourSecret }}, {{ .Values.xds.envoySecret }}]
  verbs: [get, update]
{{- end -}}

{{- define "contour.certgenPod" -}}
metadata:
  labels:
    {{- include "contour.podLabels" (dict "root" .root "component" "certgen") | nindent 4 }}
spec:
  serviceAccountName: {{ .account }}
  restartPolicy: OnFailure
  enableServiceLinks: false
  securityContext:
    {{- include "contour.podSecurity" . | nindent 4 }}
  {{- $settings := pick .root.Values.contour "nodeSelector" "tolerations" "priorityClassName" }}
  {{- with include "contour.scheduling" (dict "root" .root "component" "certgen" "settings" $settings "spread" false) | trim }}
  {{- . | nindent 2 }}
  {{- end }}
  containers:
    - name: certgen
      {{- include "contour.image" (dict "root" .root "image" .root.Values.contour.image) | nindent 6 }}
      args:
        - certgen
        - --kube
        - --incluster
        - "--namespace={{ .root.Release.Namespace }}"
        - "--contour-secret={{ .root.Values.xds.contourSecret }}"
        - "--envoy-secret={{ .root.Values.xds.envoySecret }}"
      resources:
        {{- toYaml .root.Values.xds.certgen.resources | nindent 8 }}
      securityContext:
        {{- include "contour.containerSecurity" . | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: tmp
      emptyDir: {}
{{- end -}}
