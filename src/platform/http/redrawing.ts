import { AsyncLocalStorage } from 'node:async_hooks';
import type { Refill } from '../ui/index.ts';

/** What a page is drawn again with. */
export type Redrawing = { readonly refill: Refill; readonly language: string | undefined };

const redrawing = new AsyncLocalStorage<Redrawing>();

/** Has the server ask itself for a page that is to be drawn with something. */
export const drawAgain = <T>(how: Redrawing, ask: () => Promise<T>): Promise<T> => redrawing.run(how, ask);

/** How the page is drawn again that is being asked for; undefined for what a browser asks for. */
export const presentRedrawing = (): Redrawing | undefined => redrawing.getStore();
