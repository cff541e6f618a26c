import type { GraphQLResolveInfo } from 'graphql';
import { demandsOf, hindranceOf, reachOf } from '../access/caller.ts';
import type { Context } from '../context.ts';
import { includesPlan, type PlanGate } from '../domain/plan-gates.ts';
import type { Loaders } from '../loaders/loaders.ts';
import { asks, organizationProfile } from './asks.ts';
import { builder } from './builder.ts';
import { CapabilitySection, capabilitySections, rightBySection, type Section } from './capability-section.ts';
import { describedEnum } from './described-enum.ts';
import { Organization, OrganizationPlan, profileOf } from './organization.ts';
import { Role } from './viewer.ts';

const CapabilityReason = describedEnum(
  'CapabilityReason',
  'Why something is not allowed. Of several reasons the first in this order is told.',
  ['ROLE', 'SCOPE', 'DIALECT', 'NOT_LINKED', 'PLAN'],
  {
    ROLE: "The caller's role in the organization does not reach it: see `neededRoles`.",
    SCOPE: "The caller's credential is not for it: see `neededScope`.",
    DIALECT: 'What this gateway speaks to does not offer it, whatever the plan.',
    NOT_LINKED: 'The organization is no customer of the platform.',
    PLAN: "The organization's plan at Make does not include it: see `neededPlan`.",
  },
);

const CapabilityReach = describedEnum(
  'CapabilityReach',
  'How much of a section a caller reaches.',
  ['ALL', 'OWN_TEAMS', 'SELF'],
  {
    ALL: 'All that there is.',
    OWN_TEAMS: "What belongs to the caller's own teams.",
    SELF: 'What is about the caller.',
  },
);

const reachNames = { all: 'ALL', 'own-teams': 'OWN_TEAMS', self: 'SELF', none: null } as const;

interface CapabilityNode {
  /** Make's number. */
  readonly organization: number;
  readonly section: Section;
}

interface Verdict {
  /** Null where it cannot be told. */
  readonly isAllowed: boolean | null;
  readonly reason: typeof CapabilityReason.$inferType | null;
  readonly message: string | null;
}

const Capability = builder.objectRef<CapabilityNode>('Capability').implement({
  description:
    'Whether a section of an organization is there for the caller. Where a plan has to include it, telling takes the plan, one request for all sections.',
  fields: (t) => ({
    section: t.expose('section', { type: CapabilitySection, description: 'What it is about.' }),
    isAllowed: t.boolean({
      nullable: true,
      description: 'May the caller use it here? Null where the plan is not known.',
      extensions: asks(organizationProfile),
      resolve: async (capability, _args, context, info) => (await judge(capability, context, info)).isAllowed,
    }),
    reason: t.field({
      type: CapabilityReason,
      nullable: true,
      description: 'Why not; null where it is allowed.',
      extensions: asks(organizationProfile),
      resolve: async (capability, _args, context, info) => (await judge(capability, context, info)).reason,
    }),
    message: t.string({
      nullable: true,
      description: 'The same in a sentence, with what it would take.',
      extensions: asks(organizationProfile),
      resolve: async (capability, _args, context, info) => (await judge(capability, context, info)).message,
    }),
    reach: t.field({
      type: CapabilityReach,
      nullable: true,
      description: 'How far role and scope reach in it; null where they do not.',
      resolve: ({ organization, section }, _args, { visit }) =>
        reachNames[reachOf(visit.caller, organization, rightBySection[section])],
    }),
    neededPlan: t.field({
      type: OrganizationPlan,
      nullable: true,
      description: 'The least plan that includes it; null where every plan does, or none.',
      resolve: ({ section }, _args, { loaders }) => {
        const gate = gateOf(section, loaders);
        return gate === 'NOT_OFFERED' ? null : gate;
      },
    }),
    neededScope: t.string({
      nullable: true,
      description: 'The scope that it takes; null where it takes none.',
      resolve: ({ section }) => demandsOf(rightBySection[section]).scope,
    }),
    neededRoles: t.field({
      type: [Role],
      description: 'The roles that reach it, each as far as it goes.',
      resolve: ({ section }) => [...demandsOf(rightBySection[section]).roles],
    }),
  }),
});

const Capabilities = builder.objectRef<Pick<CapabilityNode, 'organization'>>('Capabilities').implement({
  description: "What an organization's plan and the caller's role allow, and why not.",
  fields: (t) => ({
    sections: t.field({
      type: [Capability],
      description: 'Section by section.',
      resolve: ({ organization }) => capabilitySections.map((section) => ({ organization, section })),
    }),
    section: t.field({
      type: Capability,
      description: 'One section.',
      args: {
        section: t.arg({ type: CapabilitySection, required: true, description: 'Which one.' }),
      },
      resolve: ({ organization }, { section }) => ({ organization, section }),
    }),
  }),
});

builder.objectField(Organization, 'capabilities', (t) =>
  t.field({
    type: Capabilities,
    description: 'What its plan and your role allow, and why not.',
    resolve: ({ id }) => ({ organization: id }),
  }),
);

/** What costs nothing to know comes first: the plan is read where all depends on it. */
async function judge(
  { organization, section }: CapabilityNode,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Verdict> {
  const { visit, loaders } = context;
  const right = rightBySection[section];
  const { roles, scope } = demandsOf(right);
  const hindrance = hindranceOf(visit.caller, organization, right);
  if (hindrance === 'ROLE') return refused('ROLE', `It takes the role ${roles.join(' or ')}.`);
  if (hindrance === 'SCOPE') return refused('SCOPE', `It takes a credential with the scope ${scope}.`);
  const gate = gateOf(section, loaders);
  if (gate === 'NOT_OFFERED') return refused('DIALECT', 'It is not offered here, whatever the plan.');
  if (section === 'CUSTOMER' && loaders.links.customerOf(organization) === null)
    return refused('NOT_LINKED', 'The organization is not linked to a customer of the platform.');
  if (gate === null) return { isAllowed: true, reason: null, message: null };
  const { plan } = await profileOf({ id: organization }, context, info);
  const isAllowed = includesPlan(plan, gate);
  if (isAllowed === true) return { isAllowed, reason: null, message: null };
  if (isAllowed === false) return refused('PLAN', `It takes the plan ${gate} or a larger one.`);
  return {
    isAllowed,
    reason: null,
    message: `It takes the plan ${gate}; what the organization has is not known.`,
  };
}

function refused(reason: Verdict['reason'], message: string): Verdict {
  return { isAllowed: false, reason, message };
}

function gateOf(section: Section, { planGates }: Loaders): PlanGate | null {
  const gates: Readonly<Partial<Record<Section, PlanGate>>> = planGates;
  return gates[section] ?? null;
}
