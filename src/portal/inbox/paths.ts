export const INBOX = '/inbox';
export const NEW_MESSAGE = '/inbox/new';
export const ONE_CONVERSATION = '/inbox/:id';
export const ONE_FILE = '/inbox/files/:id';

export const conversationPath = (id: string): string => `${INBOX}/${id}`;
export const filePath = (id: string): string => `${INBOX}/files/${id}`;
/** Where a message about a case is begun. */
export const aboutCasePath = (receipt: string): string =>
  `${NEW_MESSAGE}?${new URLSearchParams({ case: receipt })}`;
