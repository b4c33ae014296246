export const KEYS_PATH = '/console/keys';

export const keyPathOf = (keyId: number): string => `${KEYS_PATH}/${keyId}`;
