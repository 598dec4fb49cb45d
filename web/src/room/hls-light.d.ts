// The light build plays one rendition with one sound track, which is all a show has, and is
// a third smaller. It has the types of the whole.
declare module "hls.js/light" {
  export * from "hls.js";
  export { default } from "hls.js";
}
