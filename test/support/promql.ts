import { parser } from '@prometheus-io/lezer-promql';

/** What an expression asks Prometheus for. */
export interface Asked {
  /** Metrics with the labels that they are selected by. */
  readonly selected: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** Labels that results are grouped by. */
  readonly grouping: readonly string[];
}

/** Reads PromQL. @throws where it is none */
export function askedBy(expression: string): Asked {
  const selected: { metric: string; labels: string[] }[] = [];
  const grouping: string[] = [];
  let isGrouping = false;
  parser.parse(expression).iterate({
    enter: ({ name, type, from, to }) => {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`not PromQL near "${expression.slice(from, from + 20)}": ${expression}`);
      if (name === 'VectorSelector') selected.push({ metric: '', labels: [] });
      if (name === 'GroupingLabels') isGrouping = true;
      if (name === 'Identifier') (selected.at(-1) as { metric: string }).metric = text;
      if (name === 'LabelName') (isGrouping ? grouping : (selected.at(-1)?.labels ?? [])).push(text);
    },
    leave: ({ name }) => {
      if (name === 'GroupingLabels') isGrouping = false;
    },
  });
  return { selected, grouping };
}
