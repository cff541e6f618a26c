import { type Endpoint, Refusal } from './endpoint.ts';

export interface Route {
  /** `GET /organizations/{organizationId}/payments` */
  readonly key: string;
  readonly endpoint: Endpoint;
}

type Match =
  | { readonly route: Route; readonly path: Readonly<Record<string, string>> }
  /** The path is known, though not with this method. */
  | { readonly allow: readonly string[] };

export interface Router {
  /** `GET /template` of all but the open endpoints. */
  readonly limitedKeys: readonly string[];
  find(method: string, path: string): Match | null;
}

interface Branch {
  readonly literals: Map<string, Branch>;
  readonly parameters: Map<string, Branch>;
  readonly routes: Map<string, { readonly route: Route; readonly names: readonly string[] }>;
}

const createBranch = (): Branch => ({ literals: new Map(), parameters: new Map(), routes: new Map() });

/** Endpoints lie below the base path; open ones at the root. */
export function createRouter(basePath: string, endpoints: readonly Endpoint[]): Router {
  const root = createBranch();
  const routes = endpoints.map((endpoint) => ({
    key: `${endpoint.method} ${endpoint.template}`,
    endpoint,
  }));
  for (const route of routes) plant(root, route.endpoint.isOpen === true ? '' : basePath, route);
  return {
    limitedKeys: routes.filter(({ endpoint }) => endpoint.isOpen !== true).map(({ key }) => key),
    find(method, path) {
      const values: string[] = [];
      const allow: string[] = [];
      const found = search(root, path.slice(1).split('/'), 0, method, values, allow);
      if (found !== undefined) {
        const named = found.names.map((name, index) => [name, decode(name, values[index] ?? '')]);
        return { route: found.route, path: Object.fromEntries(named) };
      }
      return allow.length === 0 ? null : { allow };
    },
  };
}

function plant(root: Branch, basePath: string, route: Route): void {
  let branch = root;
  const names: string[] = [];
  for (const segment of `${basePath}${route.endpoint.template}`.slice(1).split('/')) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined && /[{}]/.test(segment))
      throw new Error(`${route.key}: a parameter is a whole segment`);
    if (name !== undefined) names.push(name);
    branch = name === undefined ? grow(branch.literals, segment) : grow(branch.parameters, name);
  }
  const { method } = route.endpoint;
  if (branch.routes.has(method)) throw new Error(`${route.key} is there twice`);
  branch.routes.set(method, { route, names });
}

function grow(branches: Map<string, Branch>, label: string): Branch {
  const branch = branches.get(label) ?? createBranch();
  branches.set(label, branch);
  return branch;
}

/** Literal segments win over parameters. Leaves the parameters' values, in order, in `values`. */
function search(
  branch: Branch,
  segments: readonly string[],
  index: number,
  method: string,
  values: string[],
  allow: string[],
): { readonly route: Route; readonly names: readonly string[] } | undefined {
  const segment = segments[index];
  if (segment === undefined) {
    const found = branch.routes.get(method);
    if (found === undefined) allow.push(...branch.routes.keys());
    return found;
  }
  const literal = branch.literals.get(segment);
  if (literal !== undefined) {
    const found = search(literal, segments, index + 1, method, values, allow);
    if (found !== undefined) return found;
  }
  if (segment === '') return undefined;
  for (const [name, next] of branch.parameters) {
    if (branch.parameters.size > 1 && (name === 'organizationId') !== /^\d+$/.test(segment)) continue;
    values.push(segment);
    const found = search(next, segments, index + 1, method, values, allow);
    if (found !== undefined) return found;
    values.pop();
  }
  return undefined;
}

function decode(name: string, segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'invalid_request', 'The path is not properly percent-encoded', {
      field: name,
      reason: 'must be percent-encoded UTF-8',
    });
  }
}
