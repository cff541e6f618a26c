import {
  type Breaker,
  type BreakerOptions,
  type BreakerState,
  createBreaker,
  type Outcome,
} from './breaker.ts';

/** One breaker for the upstream, and one for each endpoint: a single broken endpoint does not take the others with it. */
export interface Breakers {
  readonly state: () => BreakerState;
  /** The endpoints whose own breaker is not closed. */
  readonly failing: () => readonly string[];
  /** Milliseconds until a request, to this endpoint or to any, is let through; 0 while it is. */
  readonly waitMs: (endpoint?: string) => number;
  readonly admit: (endpoint: string) => ((outcome: Outcome) => void) | undefined;
}

export interface BreakersOptions extends Pick<BreakerOptions, 'clock' | 'random'> {
  /** `endpoint` is left out for the upstream as a whole. */
  readonly onChange: (state: BreakerState, endpoint?: string) => void;
}

const failuresOfEndpoint = 5;
const failuresOfUpstream = 10;

export function createBreakers({ clock, random, onChange }: BreakersOptions): Breakers {
  const whole = createBreaker({ clock, random, failuresInARow: failuresOfUpstream, onChange });
  const parts = new Map<string, Breaker>();

  function partOf(endpoint: string): Breaker {
    let part = parts.get(endpoint);
    if (!part) {
      const tell = (state: BreakerState): void => onChange(state, endpoint);
      part = createBreaker({ clock, random, failuresInARow: failuresOfEndpoint, onChange: tell });
      parts.set(endpoint, part);
    }
    return part;
  }

  return {
    state: whole.state,
    failing: () => [...parts].filter(([, part]) => part.state() !== 'closed').map(([endpoint]) => endpoint),
    waitMs: (endpoint) => Math.max(whole.waitMs(), endpoint === undefined ? 0 : partOf(endpoint).waitMs()),
    admit(endpoint) {
      const part = partOf(endpoint);
      const isProbe = part.state() !== 'closed';
      const tellPart = part.admit();
      const tellWhole = tellPart && whole.admit();
      if (!tellWhole) {
        tellPart?.('neutral');
        return undefined;
      }
      return (outcome) => {
        tellPart(outcome);
        // That an endpoint is still broken says nothing new about the others.
        tellWhole(isProbe && outcome === 'bad' ? 'neutral' : outcome);
      };
    },
  };
}
