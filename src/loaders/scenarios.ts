import { registrationOf } from '../datasources/directory.ts';
import { type Rows, readable } from '../datasources/read.ts';
import { Failure } from '../domain/failure.ts';
import type { OrganizationProfile } from '../domain/organization.ts';
import type { Scenario } from '../domain/scenario.ts';
import type { Answer, Errand } from '../upstream/call.ts';
import { askingAtMost } from '../upstream/foresight.ts';
import { type Loader, loadEach } from './each.ts';
import type { Sources } from './loaders.ts';

/** Where reports are read for a list of scenarios, one for each team may follow the organization's own. */
const mostReports = 9;

/** All scenarios of an organization that Make tells of. */
export function createScenariosLoader(
  { directory, makeAdmin }: Pick<Sources, 'directory' | 'makeAdmin'>,
  profiles: Loader<number, Answer<OrganizationProfile>>,
  errand: Errand,
): Loader<number, Answer<Rows<Scenario>>> {
  const isOfReports = makeAdmin.incompleteExecutions.listedBy === 'organization';

  async function withTeams(id: number, answer: Answer<Rows<Scenario>>): Promise<Answer<Rows<Scenario>>> {
    if (readable(answer.value.rows).every(({ teamId }) => teamId !== null)) return answer;
    const { teams } = (await profiles.load(id)).value;
    const [only] = teams;
    if (only === undefined || teams.length > 1) return answer;
    // where there is but one team, everything is that team's
    const rows = answer.value.rows.map((row) =>
      row instanceof Failure ? row : { ...row, teamId: row.teamId ?? only.id },
    );
    return { ...answer, value: { ...answer.value, rows } };
  }

  return loadEach('scenarios', (id) =>
    askingAtMost(isOfReports ? mostReports : 1, async () =>
      withTeams(id, await makeAdmin.scenarios(registrationOf(directory, id), errand)),
    ),
  );
}

export function scenarioIn({ value }: Answer<Rows<Scenario>>, id: string): Scenario | null {
  return readable(value.rows).find((scenario) => scenario.id === id) ?? null;
}
