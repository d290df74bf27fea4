import type { GpuCheck } from './check.ts';

export const studyCheck: GpuCheck = {
  id: 'study',
  title: 'The quick study',
  needsCard: true,
  seconds: (isQuick) => (isQuick ? 0 : 240),
  async run(tools, findings) {
    if (tools.isQuick) return findings.skip('`--quick` leaves it out.');
    const { table, failed } = await tools.trainQuickStudy((share) => tools.progress(share, 'training'));
    findings.columns(table.columns);
    for (const row of table.rows) findings.row(row);
    for (const sentence of failed) findings.fail(sentence);
  },
};
