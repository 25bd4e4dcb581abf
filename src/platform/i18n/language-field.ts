/** The field by which a form asks for itself in another language, as it is filled in. */
export const LANGUAGE_FIELD = '_language';
