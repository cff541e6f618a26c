import { parseBody } from './body.ts';
import type { Reply } from './endpoint.ts';
import type { Fault } from './faults.ts';
import { isFields } from './fields.ts';
import { createInspection, type FieldFault, type Kind } from './inspection.ts';
import type { Run } from './run.ts';
import { type Incoming, refusalOf } from './serve.ts';
import { addDuration, addMonths, iso } from './time.ts';
import { changeWorld } from './world-control.ts';

const controlPath = '/__sandbox';
const maxAdvanceMonths = 60;

type Control = (run: Run, body: unknown, id: string) => Reply;

/** The calls under `/__sandbox`. They need no credential and draw on no budget. */
export function createControl(current: () => Run, reset: () => Run): (incoming: Incoming) => Reply | null {
  const controls: Readonly<Record<string, Control>> = {
    'GET ': () => done({ controls: Object.keys(controls).map((key) => key.replace(' ', ` ${controlPath}`)) }),
    'GET /stats': (run) => done(statsOf(run)),
    'POST /reset': () => done({ worldId: reset().world.id }),
    'GET /clock': (run) => done({ now: iso(run.world.timeline.now()) }),
    'POST /clock': (run, body) => advance(run, body),
    'POST /world': (run, body) => {
      const result = changeWorld(run.world, body);
      return 'made' in result ? done(result.made) : refused(result.faults);
    },
    'GET /faults': (run) => done({ faults: run.faults.list().map(shownFault) }),
    'POST /faults': (run, body) => {
      const result = run.faults.add(body);
      return 'id' in result ? { status: 201, json: shownFault(result) } : refused(result);
    },
    'DELETE /faults': (run) => {
      run.faults.clear();
      return done({ faults: [] });
    },
    'DELETE /faults/{id}': (run, _body, id) =>
      run.faults.remove(id)
        ? done({ removed: id })
        : { status: 404, json: { error: `There is no fault ${id}` } },
    'GET /webhooks': (run) => done({ urls: run.webhooks.urls(), deliveries: run.webhooks.deliveries() }),
    'POST /webhooks': (run, body) => setWebhooks(run, body),
  };

  return ({ method, path, body }) => {
    if (path !== controlPath && !path.startsWith(`${controlPath}/`)) return null;
    const [, name = '', id = ''] = path.slice(controlPath.length).split('/');
    const route = `${name === '' ? '' : `/${name}`}${id === '' ? '' : '/{id}'}`;
    const control = controls[`${method} ${route}`];
    if (control === undefined) return unknownControl(Object.keys(controls), route);
    try {
      return control(current(), parseBody(body, { takesAnyType: true }), id);
    } catch (error) {
      const { status, message } = refusalOf(error);
      return { status, json: { error: message } };
    }
  };
}

const done = (json: unknown): Reply => ({ status: 200, json });

function refused(faults: readonly FieldFault[]): Reply {
  const paths = faults.map(({ path }) => (path === '' ? 'the body' : path));
  return { status: 400, json: { error: `Not accepted: ${[...new Set(paths)].join(', ')}`, faults } };
}

function unknownControl(keys: readonly string[], route: string): Reply {
  const methods = keys.filter((key) => key.endsWith(` ${route}`)).map((key) => key.split(' ', 1)[0] ?? '');
  if (methods.length > 0) {
    const allow = methods.join(', ');
    return { status: 405, json: { error: `This takes ${allow}` }, headers: { allow } };
  }
  return { status: 404, json: { error: `There is no such control; GET ${controlPath} lists them` } };
}

function statsOf({ world, requests, limits }: Run): object {
  return { worldId: world.id, requests: Object.fromEntries(requests), buckets: limits.stats() };
}

function shownFault({ name, ms, bytes, retryAfter, field, before, ...fault }: Fault): object {
  const options = { ms, bytes, retryAfter, field, before };
  return { ...fault, fault: name, ...options };
}

function advance({ world: { timeline } }: Run, body: unknown): Reply {
  const inspection = createInspection();
  timeline.catchUp();
  const before = timeline.now();
  const order = isFields(body) ? body : {};
  inspection.only(order, ['advance']);
  const to = inspection.required(order, 'advance', laterInstant(before));
  if (to === undefined || inspection.faults.length > 0) return refused(inspection.faults);
  timeline.advance(to - before);
  return done({ now: iso(timeline.now()), before: iso(before), advanced: order['advance'] });
}

function laterInstant(from: number): Kind<number> {
  return {
    accepted: 'an ISO 8601 duration such as PT90M, P1D or P1M, up to P5Y',
    read(value) {
      const to = typeof value === 'string' ? addDuration(from, value) : null;
      return to !== null && to > from && to <= addMonths(from, maxAdvanceMonths) ? to : undefined;
    },
  };
}

const webUrls: Kind<readonly string[]> = {
  accepted: 'a list of up to 20 http or https URLs',
  read(value) {
    if (!Array.isArray(value) || value.length > 20) return undefined;
    const urls = value.filter((url) => typeof url === 'string' && isWebUrl(url));
    return urls.length === value.length ? urls : undefined;
  },
};

export function isWebUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function setWebhooks({ webhooks }: Run, body: unknown): Reply {
  const inspection = createInspection();
  const order = isFields(body) ? body : {};
  inspection.only(order, ['urls']);
  const urls = inspection.required(order, 'urls', webUrls);
  if (urls === undefined || inspection.faults.length > 0) return refused(inspection.faults);
  webhooks.setUrls(urls);
  return done({ urls });
}
