import type { World } from '../world.ts';
import { appName } from './failures.ts';
import type { IncompleteExecution, Module, Run } from './state.ts';

interface ExecutionLog {
  readonly id: string;
  readonly at: number;
  readonly status: 'success' | 'error' | 'warning' | 'info';
  readonly message: string;
  readonly moduleId?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

type Line = Omit<ExecutionLog, 'id'>;

/** What happened to an incomplete execution so far, oldest first. An entry keeps its id. */
export function logsOf(world: World, execution: IncompleteExecution): readonly ExecutionLog[] {
  const modules = world.makeAdmin.scenarios.get(execution.scenarioId)?.modules ?? [];
  const [first, ...retries] = execution.runs;
  const stored: Line = {
    at: execution.createdAt,
    status: 'warning',
    message: 'The execution was stored as incomplete',
  };
  const notes = execution.notes.map(({ at, message, data }): Line => ({ at, status: 'info', message, data }));
  return [
    ...withIds(execution, 0, [...firstRunLines(execution, first, modules), stored]),
    ...retries.flatMap((run, index) => withIds(execution, index + 1, retryLines(execution, run, index + 1))),
    ...withIds(execution, 0xffff, notes),
  ].toSorted((one, other) => one.at - other.at);
}

function withIds(
  { id }: IncompleteExecution,
  origin: number,
  lines: readonly Line[],
): readonly ExecutionLog[] {
  const hex = (value: number): string => value.toString(16).padStart(4, '0');
  return lines.map((line, place) => ({ id: `${id.slice(0, 24)}${hex(origin)}${hex(place)}`, ...line }));
}

function firstRunLines(
  { errorMessage, errorType }: IncompleteExecution,
  run: Run,
  modules: readonly Module[],
): readonly Line[] {
  const stepMs = run.durationMs / run.operations;
  const failed = modules[run.operations - 1];
  return [
    {
      at: run.startedAt,
      status: 'info',
      message: 'Execution started',
      data: { executionId: run.executionId },
    },
    ...modules.slice(0, run.operations - 1).map(
      (module, step): Line => ({
        at: Math.floor(run.startedAt + stepMs * (step + 1)),
        status: 'success',
        message: `${appName(module.app)}: ${module.name} finished`,
        moduleId: String(module.id),
        data: { operations: 1, bundles: 1 },
      }),
    ),
    {
      at: run.startedAt + run.durationMs,
      status: 'error',
      message: errorMessage,
      ...(failed === undefined ? {} : { moduleId: String(failed.id) }),
      data: { type: errorType, executionId: run.executionId },
    },
  ];
}

function retryLines(execution: IncompleteExecution, run: Run, attempt: number): readonly Line[] {
  const { executionId, startedAt, authorId } = run;
  const moduleId = String(execution.failedModule.id);
  const started: Line = {
    at: startedAt,
    status: 'info',
    message: `Retry ${attempt} started${authorId === null ? ' automatically' : ''}`,
    data: { executionId, attempt, authorId },
  };
  if (run.outcome === 'running') return [started];
  const at = startedAt + run.durationMs;
  const data = { executionId, attempt };
  return run.outcome === 'success'
    ? [started, { at, status: 'success', message: `Retry ${attempt} finished`, moduleId, data }]
    : [
        started,
        {
          at,
          status: 'error',
          message: execution.errorMessage,
          moduleId,
          data: { ...data, type: execution.errorType },
        },
      ];
}
