type Environment = Readonly<Record<string, string | undefined>>;

/** By the standard variables, the others of which OpenTelemetry reads itself: a place to send spans to, and no veto. */
export function isTracingWanted(env: Environment = process.env): boolean {
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  return Boolean(endpoint) && env['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true';
}
