declare module 's3rver' {
  /** As much of it as tests use. */
  // biome-ignore lint/style/noDefaultExport: that is how the library gives it
  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: { name: string }[];
    });
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
