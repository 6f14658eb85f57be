{{/* Names, labels, images and amounts of memory. Every template gets the root context. */}}

{{- define "contour.fullname" -}}
{{- $name := .Release.Name -}}
{{- if not (contains .Chart.Name $name) }}{{ $name = printf "%s-%s" $name .Chart.Name }}{{ end -}}
{{- .Values.fullnameOverride | default $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "contour.envoyName" -}}
{{- $name := include "contour.fullname" . -}}
{{- if eq $name "contour" }}envoy{{ else }}{{ $name }}-envoy{{ end -}}
{{- end -}}

{{/* Which pods Envoy is in: in mode sidecar they are contour's. */}}
{{- define "contour.envoyComponent" -}}
{{- if eq .Values.mode "sidecar" }}contour{{ else }}envoy{{ end -}}
{{- end -}}

{{- define "contour.selector" -}}
app.kubernetes.io/name: contour
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "contour.labels" -}}
{{ include "contour.selector" . }}
app.kubernetes.io/part-of: contour
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Without the chart's version: a pod restarts only if something else changed. */}}
{{- define "contour.podLabels" -}}
{{ include "contour.selector" . }}
app.kubernetes.io/part-of: contour
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* name, namespace and labels of an object. Give root, component, name. */}}
{{- define "contour.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "contour.labels" . | nindent 2 }}
{{- end -}}

{{- define "contour.image" -}}
{{- $reference := printf ":%s" (.image.tag | default .root.Chart.AppVersion) -}}
{{- if .image.digest }}{{ $reference = printf "@%s" .image.digest }}{{ end -}}
image: {{ printf "%s%s" .image.repository $reference | quote }}
imagePullPolicy: {{ .image.pullPolicy }}
{{- end -}}

{{/* Bytes of an amount of memory as Kubernetes writes it. */}}
{{- define "contour.bytes" -}}
{{- $text := kindIs "float64" . | ternary (printf "%.0f" (float64 .)) (toString .) -}}
{{- $units := dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $number := regexFind "^[0-9]+(\\.[0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- if or (not $number) (not (hasKey $units $unit)) -}}
{{- fail (printf "resources.limits.memory %q is no amount of memory; write it as 512Mi, 1.5Gi or in bytes" $text) -}}
{{- end -}}
{{- mulf $number (get $units $unit) | int64 -}}
{{- end -}}

{{/* Whether Envoy is on ports of its node: it is reached there, and no two of them fit on one. */}}
{{- define "contour.onNodePorts" -}}
{{- if or .Values.envoy.hostNetwork (include "contour.hostPorts" .) }}true{{ end -}}
{{- end -}}

{{- define "contour.hostPorts" -}}
{{- $envoy := .Values.envoy -}}
{{- if and (eq $envoy.kind "daemonset") $envoy.hostPorts.enabled (not $envoy.hostNetwork) }}true{{ end -}}
{{- end -}}

{{- define "contour.serviceType" -}}
{{- $usual := eq .Values.envoy.kind "deployment" | ternary "LoadBalancer" "ClusterIP" -}}
{{- .Values.envoy.service.type | default $usual -}}
{{- end -}}

{{/* Where the address of Ingresses comes from: addresses, nodes, service or none. */}}
{{- define "contour.addressFrom" -}}
{{- $given := .Values.ingressAddress -}}
{{- if ne $given.from "auto" }}{{ $given.from -}}
{{- else if $given.addresses }}addresses
{{- else if include "contour.onNodePorts" . }}nodes
{{- else if .Values.envoy.service.enabled }}service
{{- else }}none{{ end -}}
{{- end -}}
