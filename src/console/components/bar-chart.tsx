import type { ComponentChildren } from 'preact';
import type { Tone } from './notice.js';

export interface BarPart {
  readonly tone: Tone;
  readonly value: number;
}

interface BarChartProps {
  /** One bar each, at the same distances; its parts stand on each other. None is negative. */
  readonly bars: readonly (readonly BarPart[])[];
  /** What a reader who does not see it is told. */
  readonly label: string;
  /** Below the first bar, in the middle, and below the last. */
  readonly axis: readonly [ComponentChildren, ComponentChildren, ComponentChildren];
}

const [BAR_WIDTH, GAP, HEIGHT] = [6, 2, 72];

/** How much of something there was, and of which kind, from one time to the next. */
export function BarChart({ bars, label, axis }: BarChartProps) {
  const max = Math.max(1, ...bars.map(totalOf));
  const width = bars.length * (BAR_WIDTH + GAP);
  return (
    <div class="bar-chart">
      <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none">
        {bars.map((parts, index) => (
          <Bar key={index} parts={parts} x={index * (BAR_WIDTH + GAP) + GAP / 2} scale={HEIGHT / max} />
        ))}
      </svg>
      <p class="axis small" aria-hidden="true">
        {axis.map((mark, index) => (
          <span key={index}>{mark}</span>
        ))}
      </p>
    </div>
  );
}

function Bar({ parts, x, scale }: { readonly parts: readonly BarPart[]; readonly x: number; readonly scale: number }) {
  const ends = parts.map((_, index) => totalOf(parts.slice(0, index + 1)));
  return (
    <>
      {parts.map(({ tone, value }, index) =>
        value === 0 ? null : (
          <rect
            key={tone}
            class={tone}
            x={x}
            y={round(HEIGHT - (ends[index] ?? 0) * scale)}
            width={BAR_WIDTH}
            height={round(value * scale)}
          />
        ),
      )}
    </>
  );
}

const totalOf = (parts: readonly BarPart[]) => parts.reduce((sum, { value }) => sum + value, 0);
const round = (value: number) => Math.round(value * 10) / 10;
