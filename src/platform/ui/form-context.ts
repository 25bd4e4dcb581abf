import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** The forms of a page as they are drawn. The languages are chosen by buttons of the first that takes what can be kept. */
export type FormsOfPage = { count: number; main: string | null };

export const PageForms = createContext<FormsOfPage>({ count: 0, main: null });

/** What a field has to know of its form. */
export type AroundField = {
  /** What was typed into the form before; null where nothing was. */
  readonly typed: Readonly<Record<string, string>> | null;
  /** Called by each field whose answer is no secret. */
  readonly takesAnswer: () => void;
};

export const AroundFields = createContext<AroundField>({ typed: null, takesAnswer: () => {} });

/**
 * The answer with which a field is drawn: what was typed before, or else what the view has for it.
 * @param name null for a secret
 * @param own of a view that draws its own refused answers, or what is there to be changed
 */
export function useAnswer(name: string | null, own: string | undefined): string | undefined {
  const { typed, takesAnswer } = useContext(AroundFields);
  if (name === null) return own;
  takesAnswer();
  return typed?.[name] ?? own;
}

/** The same for what is ticked or not: a form says nothing of what was not. */
export function useTicked(name: string, value: string, own: boolean): boolean {
  const { typed, takesAnswer } = useContext(AroundFields);
  takesAnswer();
  return typed === null ? own : typed[name] === value;
}
