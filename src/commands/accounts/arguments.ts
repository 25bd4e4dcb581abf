import { parseArgs } from 'node:util';

export type Corrections = {
  readonly name: string | undefined;
  readonly born: string | undefined;
  readonly country: string | undefined;
};

/** What was asked for. */
export type Asked =
  | { readonly is: 'find'; readonly what: string }
  | { readonly is: 'show' | 'restore'; readonly what: string }
  | { readonly is: 'correct'; readonly what: string; readonly corrections: Corrections }
  | { readonly is: 'release-case'; readonly what: string };

/** What was asked for and by whom; null where it is none of these. */
export function readArguments(args: readonly string[]): { asked: Asked; as: string | undefined } | null {
  const text = { type: 'string' } as const;
  let parsed: ReturnType<typeof parse>;
  function parse() {
    return parseArgs({
      args: [...args],
      options: { as: text, name: text, born: text, country: text },
      allowPositionals: true,
    });
  }
  try {
    parsed = parse();
  } catch {
    return null;
  }
  const { as, name, born, country } = parsed.values;
  const [action, typed, ...rest] = parsed.positionals;
  const what = typed?.trim() ?? '';
  if (what === '' || rest.length > 0) return null;
  const isCorrecting = name !== undefined || born !== undefined || country !== undefined;
  if (isCorrecting !== (action === 'correct')) return null;
  switch (action) {
    case 'correct':
      return { asked: { is: action, what, corrections: { name, born, country } }, as };
    case 'find':
    case 'show':
    case 'restore':
    case 'release-case':
      return { asked: { is: action, what }, as };
    default:
      return null;
  }
}
