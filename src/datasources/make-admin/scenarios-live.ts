import { z } from 'zod';
import type { Scenario } from '../../domain/scenario.ts';
import type { Endpoint, Upstream } from '../../upstream/call.ts';
import { type Read, type Rows, readable } from '../read.ts';
import { decimal, instant, orNull, rowsOf, textOrNumber, wholeNumber } from '../wire.ts';
import { creditsFromHundredths } from './credits.ts';
import type { ScenariosWithIncompleteExecutions } from './make-admin.ts';
import { readAll } from './read-all.ts';
import { adminTag } from './tags.ts';

const scenarioShape = z
  .object({
    id: textOrNumber,
    name: orNull(z.string()),
    description: orNull(z.string()),
    teamId: orNull(wholeNumber),
    isActive: orNull(z.boolean()),
    created: orNull(instant),
    lastEdit: orNull(instant),
    nextExec: orNull(instant),
    operations: orNull(decimal),
    centicredits: orNull(creditsFromHundredths),
    transfer: orNull(decimal),
    dlqCount: orNull(wholeNumber),
    allDlqCount: orNull(wholeNumber),
  })
  .transform(
    (wire): Scenario => ({
      id: wire.id,
      name: wire.name,
      description: wire.description,
      teamId: wire.teamId,
      isActive: wire.isActive,
      createdAt: wire.created,
      lastEditedAt: wire.lastEdit,
      nextRunAt: wire.nextExec,
      operations: wire.operations,
      credits: wire.centicredits,
      dataTransfer: wire.transfer,
      incompleteExecutions:
        wire.dlqCount === null
          ? null
          : { open: wire.dlqCount, all: Math.max(wire.dlqCount, wire.allDlqCount ?? 0) },
    }),
  );

const endpoint: Endpoint<Rows<Scenario>> = {
  method: 'GET',
  path: '/scenarios',
  answer: z
    .object({ scenarios: rowsOf('make-admin', scenarioShape) })
    .transform(({ scenarios }) => ({ rows: scenarios, total: null })),
  cache: 'scenarios',
};

/** A page is what Make itself gives when it is not told how many. */
const paging = { pageSize: 500, mostPages: 4 };

export function scenariosLive(upstream: Upstream): Read<Rows<Scenario>> {
  return ({ id, account }, errand) =>
    readAll(paging, ({ offset, limit }) =>
      upstream.request(
        {
          endpoint,
          account,
          query: { organizationId: id, 'pg[offset]': offset, 'pg[limit]': limit },
          tags: [adminTag(id, 'scenarios')],
        },
        errand,
      ),
    );
}

/** Which scenarios are worth a request for their incomplete executions, those with the most of them first. */
export function scenariosWithIncompleteExecutions(upstream: Upstream): ScenariosWithIncompleteExecutions {
  const scenarios = scenariosLive(upstream);
  return async (organization, { includeResolved, atMost }, errand) => {
    const answer = await scenarios(organization, errand);
    const { rows, total } = answer.value;
    const read = readable(rows);
    const countOf = ({ incompleteExecutions: count }: Scenario): number =>
      // one that does not tell may have some
      count === null ? 1 : includeResolved ? count.all : count.open;
    const having = read
      .filter((scenario) => countOf(scenario) > 0)
      .toSorted((one, other) => countOf(other) - countOf(one));
    const isComplete = total !== null && read.length === rows.length && having.length <= atMost;
    return { ...answer, value: { scenarios: having.slice(0, atMost), isComplete } };
  };
}
