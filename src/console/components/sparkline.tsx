interface SparklineProps {
  /** One after the other, at the same distances; none is negative. */
  readonly values: readonly number[];
  /** What a reader who does not see it is told: what is shown, its last and its highest value. */
  readonly label: string;
}

const [WIDTH, HEIGHT] = [240, 48];

/** How something went lately, as a small line. */
export function Sparkline({ values, label }: SparklineProps) {
  const max = Math.max(1, ...values);
  const step = values.length > 1 ? WIDTH / (values.length - 1) : 0;
  const points = values.map(
    (value, index) => `${round(index * step)},${round(HEIGHT - (value / max) * (HEIGHT - 4) - 2)}`,
  );
  return (
    <svg class="sparkline" role="img" aria-label={label} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
      {points.length > 0 && <polygon points={[`0,${HEIGHT}`, ...points, `${WIDTH},${HEIGHT}`].join(' ')} />}
      <polyline points={points.join(' ')} />
    </svg>
  );
}

const round = (value: number) => Math.round(value * 10) / 10;
