export function TamperView() {
  return <section />;
}
