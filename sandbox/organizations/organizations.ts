import type { Random } from '../kernel/random.ts';

export type PlanName = 'free' | 'core' | 'pro' | 'teams' | 'enterprise';
export type CurrencyCode = 'USD' | 'EUR' | 'GBP' | 'JPY';
type Role = 'owner' | 'admin' | 'accountant' | 'team-admin' | 'member';

export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly organizationId: number;
  readonly role: Role;
  readonly teamIds: readonly number[];
}

export interface Team {
  readonly id: number;
  readonly name: string;
  readonly organizationId: number;
}

export interface Organization {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly zone: string;
  readonly currency: CurrencyCode;
  readonly country: { readonly id: number; readonly code: string };
  readonly timezone: { readonly id: number; readonly name: string };
  /** When it was founded: its history begins here. */
  readonly createdAt: number;
  readonly teams: readonly [Team, ...Team[]];
  readonly users: readonly [User, ...User[]];
  /** The platform customer that it is linked to. */
  readonly customerId: string | null;
  /** Changes with its subscription. */
  plan: PlanName;
}

interface Profile {
  readonly name: string;
  readonly currency: CurrencyCode;
  readonly country: string;
  readonly zone: string;
}

const plansInTurn: readonly PlanName[] = ['core', 'pro', 'teams', 'enterprise', 'free'];

const profiles: readonly Profile[] = [
  { name: 'Acorn Logistics', currency: 'USD', country: 'US', zone: 'us1.make.com' },
  { name: 'Birkenhof Handel', currency: 'EUR', country: 'DE', zone: 'eu1.make.com' },
  { name: 'Sakura Robotics', currency: 'JPY', country: 'JP', zone: 'us2.make.com' },
  { name: 'Meridian Group', currency: 'USD', country: 'US', zone: 'us1.make.com' },
  { name: 'Pebble Studio', currency: 'USD', country: 'CA', zone: 'us2.make.com' },
  { name: 'Thames Interiors', currency: 'GBP', country: 'GB', zone: 'eu2.make.com' },
  { name: 'Vltava Software', currency: 'EUR', country: 'CZ', zone: 'eu1.make.com' },
  { name: 'Lumière Cosmétiques', currency: 'EUR', country: 'FR', zone: 'eu2.make.com' },
  { name: 'Redwood Health', currency: 'USD', country: 'US', zone: 'us1.make.com' },
  { name: 'Kettle & Crumb', currency: 'GBP', country: 'GB', zone: 'eu2.make.com' },
  { name: 'Nordlys Energi', currency: 'EUR', country: 'DK', zone: 'eu1.make.com' },
  { name: 'Harbour Freight Forwarding', currency: 'GBP', country: 'GB', zone: 'eu2.make.com' },
  { name: 'Hoshi Seiki', currency: 'JPY', country: 'JP', zone: 'us2.make.com' },
  { name: 'Continental Mutual', currency: 'USD', country: 'US', zone: 'us1.make.com' },
  { name: 'Atelier Petit', currency: 'EUR', country: 'FR', zone: 'eu2.make.com' },
  { name: 'Prairie Seed Co-op', currency: 'USD', country: 'US', zone: 'us2.make.com' },
  { name: 'Cobalt Analytics', currency: 'USD', country: 'US', zone: 'us1.make.com' },
  { name: 'Alpenblick Hotels', currency: 'EUR', country: 'AT', zone: 'eu1.make.com' },
  { name: 'Orion Freight', currency: 'USD', country: 'US', zone: 'us1.make.com' },
  { name: 'Mori Design', currency: 'JPY', country: 'JP', zone: 'us2.make.com' },
];

const countryIds: Readonly<Record<string, number>> = {
  US: 202,
  CA: 37,
  GB: 201,
  DE: 74,
  FR: 68,
  CZ: 53,
  DK: 54,
  AT: 13,
  JP: 99,
};

/** The code of a country by Make's number for it. */
export function countryCodeOf(id: number): string | undefined {
  return Object.keys(countryIds).find((code) => countryIds[code] === id);
}

const timezones: Readonly<Record<string, { id: number; name: string }>> = {
  'us1.make.com': { id: 72, name: 'America/New_York' },
  'us2.make.com': { id: 80, name: 'America/Los_Angeles' },
  'eu1.make.com': { id: 113, name: 'Europe/Prague' },
  'eu2.make.com': { id: 110, name: 'Europe/London' },
};

const peopleByPlan: Readonly<Record<PlanName, { users: number; teams: readonly [string, ...string[]] }>> = {
  free: { users: 2, teams: ['Everyone'] },
  core: { users: 4, teams: ['Operations', 'Sales'] },
  pro: { users: 7, teams: ['Operations', 'Marketing', 'Finance'] },
  teams: { users: 12, teams: ['Operations', 'Marketing', 'Finance', 'Support'] },
  enterprise: { users: 24, teams: ['Platform', 'Sales Operations', 'Finance', 'Support', 'Data'] },
};

const givenNames = [
  'Ada',
  'Ben',
  'Chiara',
  'Dmitri',
  'Elif',
  'Femi',
  'Grace',
  'Hana',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
  'Mateo',
  'Nadia',
  'Oskar',
  'Priya',
  'Quinn',
  'Rosa',
  'Sami',
  'Tomas',
  'Uma',
  'Viktor',
  'Wren',
  'Yuki',
] as const;
const familyNames = [
  'Novak',
  'Okafor',
  'Lindgren',
  'Sato',
  'Moreau',
  'Weber',
  'Haddad',
  'Silva',
  'Brennan',
  'Kowalski',
  'Ferrari',
  'Nguyen',
  'Petrov',
  'Walsh',
  'Yamada',
  'Olsen',
] as const;

/** Twenty organizations, 1001 to 1020, over all plans; the first fifteen are customers of the platform as well. */
export function createOrganizations(random: Random, createdAt: number): ReadonlyMap<number, Organization> {
  return new Map(
    profiles.map((profile, index) => {
      const id = 1001 + index;
      return [id, createOrganization(random.fork(`organization ${id}`), id, profile, createdAt)];
    }),
  );
}

function createOrganization(random: Random, id: number, profile: Profile, createdAt: number): Organization {
  const plan = plansInTurn[(id - 1001) % plansInTurn.length] ?? 'free';
  const people = peopleByPlan[plan];
  const slug = profile.name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
  const [firstTeam, ...otherTeams] = people.teams;
  const teamOf = (name: string, index: number): Team => ({
    id: id * 10 + index + 1,
    name,
    organizationId: id,
  });
  const teams: [Team, ...Team[]] = [
    teamOf(firstTeam, 0),
    ...otherTeams.map((name, index) => teamOf(name, index + 1)),
  ];

  const userOf = (index: number): User => {
    const name = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
    const email = `${name.toLowerCase().replace(' ', '.')}.${index + 1}@${slug}.example`;
    return { id: id * 100 + index + 1, name, email, organizationId: id, ...positionOf(index, teams) };
  };
  const users: [User, ...User[]] = [userOf(0)];
  for (let index = 1; index < people.users; index += 1) users.push(userOf(index));

  return {
    id,
    name: profile.name,
    slug,
    zone: profile.zone,
    currency: profile.currency,
    country: { id: countryIds[profile.country] ?? 1, code: profile.country },
    timezone: timezones[profile.zone] ?? { id: 113, name: 'Europe/Prague' },
    createdAt,
    teams,
    users,
    customerId: id <= 1015 ? `cus_${String(id).padStart(16, '0')}` : null,
    plan,
  };
}

/** The first users are the owner, an administrator, the accountant and the first team's administrator. */
function positionOf(
  index: number,
  teams: readonly [Team, ...Team[]],
): { readonly role: Role; readonly teamIds: readonly number[] } {
  const everyTeam = teams.map((team) => team.id);
  if (index === 0) return { role: 'owner', teamIds: everyTeam };
  if (index === 1) return { role: 'admin', teamIds: everyTeam };
  if (index === 2) return { role: 'accountant', teamIds: [] };
  const team = teams[(index - 3) % teams.length] ?? teams[0];
  return { role: index === 3 ? 'team-admin' : 'member', teamIds: [team.id] };
}
