{{/* What an object of a service is labelled with. Takes the service's name. */}}
{{- define "flashsale.labels" -}}
app.kubernetes.io/name: flashsale-{{ . }}
app.kubernetes.io/part-of: flashsale
{{- end }}

{{/* By what a service's pods are chosen. Takes the service's name. */}}
{{- define "flashsale.selector" -}}
app.kubernetes.io/name: flashsale-{{ . }}
{{- end }}

{{/* The waiting rooms, each by its name: whoever calls turns to the next one by itself. */}}
{{- define "flashsale.waitingrooms" -}}
{{- range $i := until (int .Values.waitingroom.replicas) -}}
{{- if $i }},{{ end }}http://flashsale-waitingroom-{{ $i }}.flashsale-waitingroom:8080
{{- end -}}
{{- end }}

{{/*
The pod of one of the three services. Takes "root" (the chart), "name", "secret" (whose environment it gets), "grace" (seconds
to end in) and, for the waiting room, "keys" (the secret with the signing keys).
*/}}
{{- define "flashsale.pod" -}}
{{- $service := index .root.Values .name -}}
metadata:
  labels:
    {{- include "flashsale.labels" .name | nindent 4 }}
  annotations:
    prometheus.io/scrape: "true"
    prometheus.io/port: "9464"
    prometheus.io/path: /metrics
    # Pods read their configuration when they start: a change of it makes new ones.
    checksum/config: {{ include (print .root.Template.BasePath "/config.yaml") .root | sha256sum }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .grace }}
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1654
    runAsGroup: 1654
    fsGroup: 1654
    seccompProfile:
      type: RuntimeDefault
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "flashsale.selector" .name | nindent 10 }}
  containers:
    - name: {{ .name }}
      image: {{ .root.Values.image.registry }}flashsale-{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
      ports:
        - name: http
          containerPort: 8080
        - name: metrics
          containerPort: 9464
      envFrom:
        - configMapRef:
            name: flashsale-common
        - configMapRef:
            name: flashsale-{{ .name }}
        - secretRef:
            name: {{ .secret }}
      startupProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 1
        failureThreshold: 60
      # Live: the process answers. It does not depend on others: restarting everything because Redis is down helps nobody.
      livenessProbe:
        httpGet: { path: /health/live, port: http }
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /health/ready, port: http }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 2
      lifecycle:
        preStop:
          # Time for endpoints and load balancers to forget this pod.
          sleep: { seconds: 5 }
      resources:
        {{- toYaml $service.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if .keys }}
        - name: keys
          mountPath: /keys
          readOnly: true
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- if .keys }}
    - name: keys
      secret:
        secretName: {{ .keys }}
        # 0440 in octal.
        defaultMode: 288
    {{- end }}
{{- end }}

{{/* How a service scales: "root", "name", "window" (seconds before it shrinks) and "metrics" beside the processor. */}}
{{- define "flashsale.scaling" -}}
{{- $service := index .root.Values .name -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: flashsale-{{ .name }}
  labels:
    app.kubernetes.io/part-of: flashsale
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: flashsale-{{ .name }}
  minReplicas: {{ $service.replicas }}
  maxReplicas: {{ max $service.replicas $service.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: 60 }
    {{- with .metrics }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      policies:
        - { type: Percent, value: 100, periodSeconds: 15 }
    scaleDown:
      stabilizationWindowSeconds: {{ .window }}
      policies:
        - { type: Pods, value: 1, periodSeconds: 60 }
{{- end }}

{{/* A Deployment with its budget for disruptions: "root", "name", "secret", "grace". */}}
{{- define "flashsale.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: flashsale-{{ .name }}
  labels:
    {{- include "flashsale.labels" .name | nindent 4 }}
spec:
  replicas: {{ (index .root.Values .name).replicas }}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      {{- include "flashsale.selector" .name | nindent 6 }}
  strategy:
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  template:
    {{- include "flashsale.pod" . | nindent 4 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: flashsale-{{ .name }}
  labels:
    app.kubernetes.io/part-of: flashsale
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "flashsale.selector" .name | nindent 6 }}
{{- end }}

{{/* A rule for the pods of some services. Takes a list of their names. */}}
{{- define "flashsale.pods" -}}
- podSelector:
    matchExpressions:
      - key: app.kubernetes.io/name
        operator: In
        values:
          {{- range . }}
          - flashsale-{{ . }}
          {{- end }}
{{- end }}

{{/* The way to Redis, this chart's or another. */}}
{{- define "flashsale.toRedis" -}}
{{- if .Values.redis.enabled -}}
- to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/name: flashsale-redis
  ports:
    - { port: 6379 }
    - { port: 26379 }
{{- else if .Values.redis.external.cidr -}}
- to:
    - ipBlock:
        cidr: {{ .Values.redis.external.cidr }}
  ports:
    - { port: {{ .Values.redis.external.port }} }
{{- end }}
{{- end }}
