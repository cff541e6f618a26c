import { createSqliteStore } from '../../src/store/sqlite.ts';

/** A process that opens a file at an instant, at the same moment as others, and tells how that went. */
process.on('message', ({ path, at }: { path: string; at: number }) => {
  while (Date.now() < at);
  try {
    const store = createSqliteStore(path);
    void store
      .set('key', 'value')
      .then(() => store.close())
      .then(() => process.send?.('opened'));
  } catch (error) {
    process.send?.(String(error));
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
