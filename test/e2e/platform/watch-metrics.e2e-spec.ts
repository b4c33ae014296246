import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { api } from '../../support/api.js';
import { askedBy } from '../../support/promql.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('deploy/grafana/pay.json')) as { panels: Panel[] };

const expressions: [string, string][] = [
  ...rules.map(({ alert, expr }): [string, string] => [`alert ${alert}`, expr]),
  ...panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [`panel "${title}"`, expr.replaceAll('$__rate_interval', '5m')]),
  ),
];

/** What Prometheus itself adds to all that it reads. */
const OF_PROMETHEUS = { metric: 'up', labels: ['job', 'instance'] };

describe('what is watched', () => {
  let exported: ReadonlySet<string>;
  beforeAll(async () => {
    const { text } = await api.text('/metrics');
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => ({ name, type }));
    const series = types.flatMap(({ name, type }) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
    );
    exported = new Set([...series, OF_PROMETHEUS.metric]);
  });

  it.each(expressions)('%s asks for metrics and labels that there are', (_who, expression) => {
    const { selected, grouping } = askedBy(expression);
    expect(selected.length).toBeGreaterThan(0);
    for (const { metric, labels } of selected) {
      expect([metric, exported.has(metric)]).toEqual([metric, true]);
      expect(labelsOf(metric)).toEqual(expect.arrayContaining([...labels]));
    }
    expect(selected.flatMap(({ metric }) => labelsOf(metric))).toEqual(expect.arrayContaining([...grouping]));
  });

  it.each(rules.map((rule): [string, Rule] => [rule.alert, rule]))(
    '%s says what it means and what to do',
    (_, rule) => {
      expect(['page', 'ticket']).toContain(rule.labels.severity);
      for (const text of ['summary', 'meaning', 'action']) expect(rule.annotations[text]).toMatch(/\S{2,}/);
      expect(read('docs/operations.md')).toContain(`\`${rule.alert}\``);
    },
  );

  it('is each metric of the service, if only on the dashboard', () => {
    const asked = new Set(expressions.flatMap(([, text]) => askedBy(text).selected.map(({ metric }) => metric)));
    const own = new Set(metricsOf(new Metrics()).map(({ name }) => name));
    for (const name of own) if (/^(nodejs|process)_/.test(name)) own.delete(name);
    const unseen = [...own].filter((name) => ![name, `${name}_bucket`, `${name}_count`].some((it) => asked.has(it)));
    // How an audit goes is in the log and in its own report.
    expect(unseen.filter((name) => !name.startsWith('audit_'))).toEqual(['top_up_won_total', 'payout_won_total']);
  });
});

/** The labels that a metric may have; Node's own are known as well as ours. */
function labelsOf(series: string): string[] {
  const metrics = new Metrics();
  metrics.observeInFlight(() => 0);
  metrics.observePool('main', () => ({ open: 0, free: 0, waiting: 0 }));
  const metric = metricsOf(metrics).find(({ name }) => name === series || /^(.*)_(bucket|sum|count)$/.exec(series)?.[1] === name); // prettier-ignore
  return [...OF_PROMETHEUS.labels, ...(metric?.labelNames ?? []), ...(series.endsWith('_bucket') ? ['le'] : [])];
}

/** prom-client's types hide what a metric is called and labelled. */
function metricsOf({ registry }: Metrics): { name: string; labelNames: string[] }[] {
  return registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
}
