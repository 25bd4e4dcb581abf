export { faultsOfColours } from './colours.ts';
export { faultsOfPictures } from './pictures.ts';
