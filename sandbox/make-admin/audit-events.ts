interface EventKind {
  readonly header: string;
  readonly names: readonly string[];
}

/** The events that an audit log knows, as people group them. */
export const eventKinds: readonly EventKind[] = [
  { header: 'Webhooks', names: ['webhook_created', 'webhook_updated', 'webhook_disabled'] },
  { header: 'Connections', names: ['connection_created', 'connection_updated', 'connection_deleted'] },
  { header: 'Users', names: ['user_invited', 'user_role_changed', 'user_removed'] },
  { header: 'Security', names: ['key_created', 'key_deleted', 'login_success', 'login_failed'] },
  { header: 'Scenarios', names: ['scenario_created', 'scenario_activated', 'scenario_deactivated'] },
  { header: 'Organization', names: ['organization_settings_changed', 'team_created', 'team_updated'] },
  {
    header: 'Incomplete executions',
    names: [
      'incomplete_execution_retried',
      'incomplete_execution_updated',
      'incomplete_execution_cancelled',
      'incomplete_execution_deleted',
    ],
  },
];
