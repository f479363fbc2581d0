/** The bytes a Range header asks for, both ends included; `whole` when it asks for none, undefined when none can be given. */
export const byteRange = (
  header: string | undefined,
  size: number,
): 'whole' | { start: number; end: number } | undefined => {
  const asked = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  const [first = '', last = ''] = asked?.slice(1) ?? [];
  if (first === '' && last === '') return 'whole';
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end && start < size ? { start, end } : undefined;
};
