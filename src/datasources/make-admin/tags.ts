type Section = 'audit-log' | 'incomplete-executions' | 'scenarios' | 'analytics' | 'usage';

export function adminTag(organization: number, section: Section): string {
  return `organization:${organization}:${section}`;
}

/** All that work on incomplete executions touches: it is counted, measured, and leaves entries in the audit log. */
export function executionTags(organization: number): readonly string[] {
  const sections = ['audit-log', 'incomplete-executions', 'scenarios', 'analytics', 'usage'] as const;
  return sections.map((section) => adminTag(organization, section));
}
