import type { Registration } from '../datasources/directory.ts';
import { readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import { createOrganizationLoader } from '../loaders/organization.ts';
import { createScenariosLoader } from '../loaders/scenarios.ts';
import type { Errand } from '../upstream/call.ts';
import { knownTeams } from './detectors/incomplete-executions.ts';
import { listSnapshotShape } from './detectors/list.ts';
import { type Finding, readSnapshot } from './finding.ts';
import type { PolledSources } from './sections.ts';

/** By scenario. */
export type Teams = ReadonlyMap<string, number>;

interface At {
  readonly sources: PolledSources;
  readonly registration: Registration;
  readonly errand: Errand;
  /** Of the incomplete executions. */
  readonly snapshot: string | null;
}

/**
 * A finding on incomplete executions, whose lists do not tell the team: their scenario does. It is looked up once there is
 * an event to tell the team of, and remembered with the execution.
 */
export async function withTeams(findingWith: (teams: Teams) => Finding, at: At): Promise<Finding> {
  const known = knownTeams(readSnapshot(listSnapshotShape, at.snapshot));
  const finding = findingWith(known);
  const { events } = finding(at.snapshot, at.errand.startedAt);
  if (events.every(({ team }) => team !== null)) return finding;
  return findingWith(new Map([...known, ...(await lookUp(at))]));
}

/** None where they cannot be read now: they are looked up again with the next event. */
async function lookUp({ sources, registration, errand }: At): Promise<Teams> {
  // scenarios change teams so rarely that what is kept of them will do
  const { maxAge: _, ...patient } = errand;
  const profiles = createOrganizationLoader(sources, patient);
  try {
    const { value } = await createScenariosLoader(sources, profiles, patient).load(registration.id);
    return new Map(
      readable(value.rows).flatMap(({ id, teamId }) => (teamId === null ? [] : [[id, teamId] as const])),
    );
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}
