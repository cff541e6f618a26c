import { createHash, randomUUID } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import type { Registration } from '../datasources/directory.ts';
import { registrationOf } from '../datasources/directory.ts';
import type { PlatformBilling } from '../datasources/platform-billing/platform-billing.ts';
import type { Noted } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import { createLoaders, type Loaders, type Sources } from '../loaders/loaders.ts';
import type { Errand } from '../upstream/call.ts';
import type { Idempotency } from './idempotency.ts';

/** A change that a caller asks for, after it was found allowed and well formed. */
export interface Action<Done> {
  /** The mutation's name. Keys of one mutation do not meet those of another. */
  readonly name: string;
  /** Whose keys they are: an organization, a customer. */
  readonly owner: string;
  readonly idempotencyKey: string | null | undefined;
  /** What is asked, less what may be kept nowhere: another input under the same key is a conflict. */
  readonly input: unknown;
  /** Makes the change. What it answers is kept with the key: plain data and dates. */
  readonly make: (doing: Doing) => Promise<Done>;
  /** Reads back whether the change was made, where its answer was lost; null where that cannot be told. */
  readonly lookFor?: (doing: Doing) => Promise<Done | null>;
}

type Note = (noted: Noted) => Promise<void>;

/** What an action works with. */
export interface Doing {
  readonly sources: Sources;
  /** At a mutation's priority; reads of it are as new as the operation. */
  readonly errand: Errand;
  /** Goes to an upstream that keeps one beside what it makes, so that it can be found again. */
  readonly key: string;
  readonly organization: (id: number) => Registration;
  /** Tells those who follow the events of the owner's organization what came of the change. */
  readonly note: Note;
  /** Fails where no platform is configured. */
  readonly platform: () => PlatformBilling;
}

/** Changes, each made once. Made anew for each operation. */
export interface Actions {
  /** For what decides whether a change is allowed: what is shown after it is read by others, anew. */
  readonly before: Loaders;
  /** Whether numbers of cards are taken; tokens always are. */
  readonly takesCards: boolean;
  perform<Done>(action: Action<Done>): Promise<Done>;
}

export function createActions(
  sources: Sources,
  idempotency: Idempotency,
  caller: Caller,
  errand: Errand,
  takesCards: boolean,
): Actions {
  let before: Loaders | undefined;

  function doing(key: string, note: Note, beforeSending?: () => Promise<void>): Doing {
    return {
      sources,
      errand: { ...errand, priority: 'mutation', ...(beforeSending && { beforeSending }) },
      key,
      note,
      organization: (id) => registrationOf(sources.directory, id),
      platform: () => {
        if (sources.platformBilling !== null) return sources.platformBilling;
        throw new Failure('NOT_SUPPORTED_BY_UPSTREAM', 'No platform is configured.', {
          upstream: 'platform-billing',
        });
      },
    };
  }

  /** By an owner that is no organization, and is linked to none, nobody's events are touched. */
  function whileChanging<Done>(owner: string, change: (note: Note) => Promise<Done>): Promise<Done> {
    const organization = sources.links.organizationOf(owner) ?? Number(owner);
    if (!sources.directory.has(organization)) return change(noteNothing);
    return sources.events.whileChanging(organization, (startedAt) =>
      change((noted) => sources.events.noteChange(organization, noted, startedAt)),
    );
  }

  return {
    get before() {
      before ??= createLoaders(sources, caller, { ...errand, priority: 'mutation' });
      return before;
    },
    takesCards,
    perform({ name, owner, idempotencyKey, input, make, lookFor }) {
      // without a key of its own an action still gets one: by it a lost answer is found again
      const names = [caller.name, owner, name, idempotencyKey ?? randomUUID()];
      const key = createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 32);
      return idempotency.once({
        name: names,
        input,
        make: (beforeSending) => whileChanging(owner, (note) => make(doing(key, note, beforeSending))),
        ...(lookFor && { lookFor: () => lookFor(doing(key, noteNothing)) }),
      });
    },
  };
}

/** Where nobody follows, and where polls find what came of it. */
const noteNothing: Note = async () => {};
