{{/* What contour may do. */}}

{{/* In the namespaces that it reads. */}}
{{- define "contour.rules" -}}
- apiGroups: [""]
  resources: [services, secrets]
  verbs: [get, list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [contour.heptio.com]
  resources: [ingressroutes, tlscertificatedelegations]
  verbs: [get, list, watch]
- apiGroups: [contour.heptio.com]
  resources: [ingressroutes/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if ne (include "contour.addressFrom" .) "none" }}
- apiGroups: [networking.k8s.io]
  resources: [ingresses/status]
  verbs: [patch]
{{- end }}
{{- end -}}

{{/* Kinds that belong to no namespace. */}}
{{- define "contour.clusterRules" -}}
{{- if not .Values.watchNamespaces }}
- apiGroups: [networking.k8s.io]
  resources: [ingressclasses]
  verbs: [get, list, watch]
{{- end }}
{{- if eq (include "contour.addressFrom" .) "nodes" }}
- apiGroups: [""]
  resources: [nodes]
  verbs: [get, list, watch]
{{- end }}
{{- end -}}

{{/* In its own namespace: Envoy's Service or pods, for the address of Ingresses. */}}
{{- define "contour.ownRules" -}}
{{- $from := include "contour.addressFrom" . -}}
{{- if eq $from "nodes" -}}
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
{{- else if and (eq $from "service") .Values.watchNamespaces -}}
- apiGroups: [""]
  resources: [services]
  resourceNames: [{{ include "contour.envoyName" . }}]
  verbs: [get, list, watch]
{{- end -}}
{{- end -}}

{{/* A role and who has it. Give root, name, rules, namespace (none: for the cluster), account. */}}
{{- define "contour.role" -}}
{{- $kind := ne .namespace "" | ternary "Role" "ClusterRole" -}}
{{- range $document := list $kind (printf "%sBinding" $kind) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $document }}
metadata:
  name: {{ $.name }}
  {{- with $.namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "contour.labels" (dict "root" $.root "component" "contour") | nindent 4 }}
{{- if eq $document $kind }}
rules:
  {{- $.rules | trim | nindent 2 }}
{{- else }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ $.name }}
subjects:
  - kind: ServiceAccount
    name: {{ $.account }}
    namespace: {{ $.root.Release.Namespace }}
{{- end }}
{{- end }}
{{- end -}}
