export { builtLook } from './built.ts';
export { faultsOfColours } from './colours.ts';
export { faultsOfPictures } from './pictures.ts';
