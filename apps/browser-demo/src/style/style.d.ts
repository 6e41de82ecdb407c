/** Style sheets that modules bring along: the bundler links them. */
declare module '*.css';
