import { Failure } from '../domain/failure.ts';
import type { Window } from '../loaders/walk.ts';

/** A window as a connection: each row as its node; a row that could not be read fails at its own path alone. */
export function connectionOf<Row, Node>(window: Window<Row>, nodeOf: (row: Row) => Node) {
  return {
    ...window,
    edges: window.edges.map(({ cursor, node: row }) => ({
      cursor,
      get node(): Node {
        if (row instanceof Failure) throw row;
        return nodeOf(row);
      },
    })),
  };
}

/** A list as its items: one that could not be read fails at its own path alone. */
export function itemsOf<Row>(rows: readonly (Row | Failure)[]): (Row | Promise<never>)[] {
  return rows.map((row) => (row instanceof Failure ? Promise.reject(row) : row));
}
