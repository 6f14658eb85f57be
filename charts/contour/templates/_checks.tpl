{{/* Values that fit the schema each, and not each other: told before anything is installed. */}}

{{- define "contour.checks" -}}
{{- $contour := include "contour.valuesAt" (dict "root" .Values.contour.ports "path" "contour.ports") | fromYaml -}}
{{- $envoy := include "contour.valuesAt" (dict "root" .Values.envoy.ports "path" "envoy.ports") | fromYaml -}}
{{- if eq .Values.mode "sidecar" }}{{ $envoy = merge $envoy $contour }}{{ $contour = dict }}{{ end -}}
{{- include "contour.differ" $contour -}}
{{- include "contour.differ" $envoy -}}
{{- $hostPorts := pick .Values.envoy.hostPorts "http" "https" -}}
{{- include "contour.differ" (include "contour.valuesAt" (dict "root" $hostPorts "path" "envoy.hostPorts") | fromYaml) -}}
{{- include "contour.differ" (include "contour.valuesAt" (dict "root" .Values.envoy.service.ports "path" "envoy.service.ports") | fromYaml) -}}
{{- include "contour.differ" (dict "xds.contourSecret" .Values.xds.contourSecret "xds.envoySecret" .Values.xds.envoySecret) -}}
{{- end -}}

{{/* The values of a dict, by their paths. */}}
{{- define "contour.valuesAt" -}}
{{- $path := .path -}}
{{- range $key, $value := .root }}
{{ printf "%s.%s" $path $key }}: {{ $value }}
{{- end }}
{{- end -}}

{{/* Fails if two values of the dict are equal. */}}
{{- define "contour.differ" -}}
{{- $owners := dict -}}
{{- range $path, $value := . -}}
{{- $text := toString $value -}}
{{- with get $owners $text }}{{ fail (printf "%s and %s are both %s: give one of them another value" . $path $text) }}{{ end -}}
{{- $_ := set $owners $text $path -}}
{{- end -}}
{{- end -}}
