/**
 * The 43 operations of the five API pages, and what stands behind dashctl's picture of each: `recorded` (real exchanges),
 * `vendor's test` (stated by the vendor's own tests or code), `documented` (the page alone), `assumed` (shapes that no
 * page states).
 */
export interface PageOperation {
  readonly provider: 'datadog' | 'grafana' | 'posthog' | 'gtmhub' | 'syntho';
  readonly request: string;
  readonly what: string;
  readonly evidence: 'recorded' | "vendor's test" | 'documented' | 'assumed';
}

function rows(
  provider: PageOperation['provider'],
  list: readonly (readonly [request: string, what: string, evidence: PageOperation['evidence']])[],
): PageOperation[] {
  return list.map(([request, what, evidence]) => ({ provider, request, what, evidence }));
}

export const pageOperations: readonly PageOperation[] = [
  ...rows('datadog', [
    ['POST /api/v1/dashboard', 'Create a dashboard', 'recorded'],
    ['GET /api/v1/dashboard/{dashboard_id}', 'Get a dashboard', 'recorded'],
    ['GET /api/v1/dashboard', 'List dashboards', 'recorded'],
    ['PUT /api/v1/dashboard/{dashboard_id}', 'Replace a dashboard', 'recorded'],
    ['DELETE /api/v1/dashboard/{dashboard_id}', 'Delete a dashboard', 'recorded'],
    ['DELETE /api/v1/dashboard', 'Delete dashboards', 'recorded'],
    ['PATCH /api/v1/dashboard', 'Restore dashboards', 'recorded'],
    ['POST /api/v1/dashboard/public', 'Share a dashboard', 'recorded'],
    ['GET /api/v1/dashboard/public/{token}', 'Get a share', 'recorded'],
    ['PUT /api/v1/dashboard/public/{token}', 'Change a share', 'recorded'],
    ['POST /api/v1/dashboard/public/{token}/invitation', 'Send an invitation', 'recorded'],
    ['GET /api/v1/dashboard/public/{token}/invitation', 'List invitations', 'recorded'],
    ['DELETE /api/v1/dashboard/public/{token}', 'Revoke a share', 'recorded'],
    ['DELETE /api/v1/dashboard/public/{token}/invitation', 'Revoke an invitation', 'recorded'],
  ]),
  ...rows('grafana', [
    ['GET /api/dashboards/id/{dashboardId}/acl', 'Get permissions', 'recorded'],
    ['POST /api/dashboards/id/{dashboardId}/acl', 'Replace permissions', 'recorded'],
    ['DELETE /api/dashboards/id/{dashboardId}/acl/{aclId}', 'Delete one permission', 'recorded'],
  ]),
  ...rows('posthog', [
    ['POST /api/environments/{project_id}/dashboards', 'Create a dashboard', "vendor's test"],
    [
      'GET /api/environments/{project_id}/dashboards/{dashboard_id}/collaborators',
      'List collaborators',
      "vendor's test",
    ],
    [
      'POST /api/environments/{project_id}/dashboards/{dashboard_id}/collaborators',
      'Add a collaborator',
      "vendor's test",
    ],
    [
      'DELETE /api/environments/{project_id}/dashboards/{dashboard_id}/collaborators/{user__uuid}',
      'Remove a collaborator',
      "vendor's test",
    ],
    ['GET /api/environments/{project_id}/dashboards/{dashboard_id}/sharing', 'Get sharing', "vendor's test"],
    ['GET /api/environments/{project_id}/dashboards/{id}', 'Get a dashboard', "vendor's test"],
    ['PATCH /api/environments/{project_id}/dashboards/{id}', 'Change a dashboard', "vendor's test"],
    [
      'DELETE /api/environments/{project_id}/dashboards/{id}',
      'Delete a dashboard (always 405: deleting is a PATCH)',
      "vendor's test",
    ],
    [
      'GET /api/environments/{project_id}/dashboards/{id}/access_controls',
      'Get access controls',
      "vendor's test",
    ],
  ]),
  ...rows('gtmhub', [
    ['GET /permissions/actions', 'List actions', 'documented'],
    ['GET /permissions/currentUser-allowedActions/{targetId}', 'Allowed actions on a target', 'documented'],
    ['GET /permissions/default-access/{itemType}', 'Default access of a type', 'documented'],
    ['GET /permissions/default-access/{itemType}/{itemId}', 'Default access of an item', 'documented'],
    ['GET /permissions/effective', 'Effective permissions', 'assumed'],
    ['GET /permissions/principal/{id}', 'Permissions of a principal', 'assumed'],
    ['GET /permissions/{id}', 'Get a permission', 'documented'],
    ['POST /permissions', 'Create a permission', 'documented'],
    ['PUT /permissions/principal/{id}', 'Replace permissions of a principal', 'assumed'],
    ['PUT /permissions/{id}', 'Change a permission', 'documented'],
    ['DELETE /permissions/{id}', 'Delete a permission', 'documented'],
  ]),
  ...rows('syntho', [
    ['GET /api/v1/workspace_permissions/', 'List workspace permissions', 'documented'],
    ['POST /api/v1/workspace_permissions/', 'Create a workspace permission', 'documented'],
    ['GET /api/v1/workspace_permissions/{id}/', 'Get a workspace permission', 'documented'],
    ['DELETE /api/v1/workspace_permissions/{id}/', 'Delete a workspace permission', 'documented'],
    ['PATCH /api/v1/workspace_permissions/{id}/', 'Change a workspace permission', 'documented'],
    ['PATCH /api/v1/workspace_permissions/transfer/', 'Transfer workspaces', 'assumed'],
  ]),
];
