import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

export default defineConfig({
  root: join(import.meta.dirname, 'graphiql'),
  base: '/graphiql/',
  plugins: [fontFiles(), precompressed()],
  worker: { format: 'es' },
  build: {
    outDir: join(import.meta.dirname, '../dist/web/graphiql'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 3000,
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});

/** GraphiQL's stylesheet carries 34 fonts inline; as files, a browser fetches the three or four it needs. */
function fontFiles(): Plugin {
  return {
    name: 'font-files',
    generateBundle(_options, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue;
        asset.source = String(asset.source).replaceAll(
          /url\(["']?data:font\/(\w+);base64,([^"')]+)["']?\)/g,
          (_url, format: string, content: string) => {
            const source = Buffer.from(content, 'base64');
            const file = this.emitFile({ type: 'asset', name: `font.${format}`, source });
            return `url(/graphiql/${this.getFileName(file)})`;
          },
        );
      }
    },
  };
}

function precompressed(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  return {
    name: 'precompressed',
    async writeBundle({ dir = '' }, bundle) {
      const texts = Object.keys(bundle).filter((name) => /^assets\/.*\.(js|css|svg|ttf)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const content = await readFile(join(dir, name));
          await writeFile(
            join(dir, `${name}.br`),
            await brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
          );
          await writeFile(join(dir, `${name}.gz`), await zip(content, { level: 9 }));
        }),
      );
    },
  };
}
