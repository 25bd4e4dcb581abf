import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { faultsOfColours, faultsOfPictures } from './src/platform/look/index.ts';

const root = import.meta.dirname;
const agency = resolve(root, process.env['PORTICO_AGENCY'] || 'agencies/arcadia');
const look = join(agency, 'look');
const uswds = join(root, 'node_modules/@uswds/uswds');

/** The agency's pictures, and `manifest.json`: the hashed file of each source name. */
function agencyLook(): Plugin {
  return {
    name: 'portico-agency-look',
    async buildStart() {
      const faults = [...faultsOfPictures(agency), ...(await faultsOfColours(agency, root))];
      if (faults.length > 0)
        throw new Error(faults.map(({ file, reason }) => `${join(agency, file)}: ${reason}`).join('\n'));
      for (const name of ['logo.svg', 'favicon.svg']) {
        this.emitFile({
          type: 'asset',
          name,
          originalFileName: name,
          source: readFileSync(join(look, name)),
        });
      }
    },
    generateBundle(_options, bundle) {
      const files = Object.values(bundle).flatMap((file) => {
        if (file.type === 'chunk') return [[`${file.name}.js`, file.fileName]];
        return file.names.map((name) => [name, file.fileName]);
      });
      const manifest = JSON.stringify(Object.fromEntries(files.sort()), null, 2);
      this.emitFile({ type: 'asset', fileName: 'manifest.json', source: `${manifest}\n` });
    },
  };
}

/** USWDS writes left and right; written as start and end, a page mirrors by its `dir` alone. */
function logicalProperties() {
  const sides = { left: 'start', right: 'end' } as const;
  const side = (name: string) => (name === 'left' || name === 'right' ? sides[name] : name);
  return {
    postcssPlugin: 'portico-logical-properties',
    Declaration(declaration: { prop: string; value: string }) {
      const { prop, value } = declaration;
      declaration.prop = prop
        .replace(/^(left|right)$/, (name) => `inset-inline-${side(name)}`)
        .replace(/^(margin|padding|border)-(left|right)/, (_, box, name) => `${box}-inline-${side(name)}`)
        .replace(
          /^border-(top|bottom)-(left|right)-radius$/,
          (_, block, name) => `border-${block === 'top' ? 'start' : 'end'}-${side(name)}-radius`,
        );
      if (/^(text-align|float|clear)$/.test(prop)) {
        const prefix = prop === 'text-align' ? '' : 'inline-';
        declaration.value = value.replace(/^(left|right)$/, (name) => `${prefix}${side(name)}`);
      }
    },
  };
}

export default defineConfig({
  root: join(root, 'client'),
  base: './',
  publicDir: false,
  logLevel: 'warn',
  plugins: [agencyLook()],
  resolve: { alias: { '@uswds-img': join(uswds, 'dist/img'), '@agency-look': look } },
  css: {
    postcss: { plugins: [logicalProperties()] },
    preprocessorOptions: {
      scss: { loadPaths: [join(root, 'client'), look, join(uswds, 'packages')], quietDeps: true },
    },
  },
  build: {
    target: ['chrome111', 'firefox113', 'safari16.4'],
    assetsDir: '.',
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { portico: join(root, 'client/portico.ts'), proof: join(root, 'client/proof.ts') },
      output: {
        entryFileNames: '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
});
