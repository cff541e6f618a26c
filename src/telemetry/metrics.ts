/** Few values for each name: never anything that a caller or a credential chooses. */
type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** What is counted and measured, as Prometheus reads it. */
export interface Metrics {
  readonly counter: (name: string, help: string) => (labels?: Labels, by?: number) => void;
  /** Of seconds. */
  readonly histogram: (name: string, help: string) => (labels: Labels, seconds: number) => void;
  /** What is the case: looked at when the page is read. A total that something else counts is a `counter`. */
  readonly reading: (
    type: 'gauge' | 'counter',
    name: string,
    help: string,
    read: () => readonly Sample[],
  ) => void;
  /** The text format, version 0.0.4. */
  readonly text: () => string;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly lines: () => readonly string[];
}

/** Seconds: from an answer of the cache to the longest that an operation may take. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(): Metrics {
  const metrics: Metric[] = [];

  return {
    counter(name, help) {
      const totals = new Map<string, number>();
      const lines = (): string[] => Array.from(totals, ([labels, value]) => `${name}${labels} ${value}`);
      metrics.push({ name, help, type: 'counter', lines });
      return (labels = {}, by = 1) => {
        const key = textOf(labels);
        totals.set(key, (totals.get(key) ?? 0) + by);
      };
    },
    histogram(name, help) {
      const series = new Map<string, Series>();
      const lines = (): string[] => Array.from(series.values()).flatMap((each) => linesOf(name, each));
      metrics.push({ name, help, type: 'histogram', lines });
      return (labels, seconds) => {
        const key = textOf(labels);
        const known = series.get(key) ?? { labels, counts: bounds.map(() => 0), count: 0, sum: 0 };
        series.set(key, known);
        const place = bounds.findIndex((bound) => seconds <= bound);
        if (place >= 0) known.counts[place] = (known.counts[place] ?? 0) + 1;
        known.count += 1;
        known.sum += seconds;
      };
    },
    reading(type, name, help, read) {
      const lines = (): string[] =>
        read().map(({ labels = {}, value }) => `${name}${textOf(labels)} ${value}`);
      metrics.push({ name, help, type, lines });
    },
    text: () =>
      metrics
        .map(({ name, help, type, lines }) =>
          [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines(), ''].join('\n'),
        )
        .join(''),
  };
}

interface Series {
  readonly labels: Labels;
  /** How many fell between a bound and the one before. */
  readonly counts: number[];
  count: number;
  sum: number;
}

function linesOf(name: string, { labels, counts, count, sum }: Series): string[] {
  let below = 0;
  const buckets = bounds.map((bound, place) => {
    below += counts[place] ?? 0;
    return `${name}_bucket${textOf({ ...labels, le: String(bound) })} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket${textOf({ ...labels, le: '+Inf' })} ${count}`,
    `${name}_sum${textOf(labels)} ${sum}`,
    `${name}_count${textOf(labels)} ${count}`,
  ];
}

function textOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
