/** What the bundler makes of a worker's module: its address. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
