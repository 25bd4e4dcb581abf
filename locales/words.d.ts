// Written by scripts/words.mjs from locales/en. Do not edit.
export type WordArguments = {
  "ui.skip-to-content": Record<string, never>;
};
export type WordKey = keyof WordArguments;
