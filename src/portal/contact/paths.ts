export const CONTACT = '/account/contact';
export const CHANGE = `${CONTACT}/change`;
