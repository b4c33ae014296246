/** As Docker knows it. */
export declare const databaseImage: string;
export declare const redisImage: string;
