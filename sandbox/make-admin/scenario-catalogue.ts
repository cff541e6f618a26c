interface ScenarioTemplate {
  readonly name: string;
  readonly description: string;
  /** `app:Module`, in the order of the flow. */
  readonly modules: string;
  /** What it fails of, the likeliest first. */
  readonly errorTypes: readonly [string, ...string[]];
  /** Percent of runs that fail for good. */
  readonly errorPercent: number;
  readonly operationsPerRun: number;
  readonly bytesPerOperation: number;
  /** AI modules take more than one credit. */
  readonly centicreditsPerOperation?: number;
}

export const scenarioTemplates: readonly ScenarioTemplate[] = [
  {
    name: 'Shopify orders to NetSuite',
    description: 'Books every paid order with its customer, lines and tax.',
    modules:
      'gateway:CustomWebHook json:ParseJSON shopify:GetOrder shopify:GetCustomer util:SetVariables netsuite:SearchCustomers builtin:BasicRouter netsuite:CreateCustomer builtin:BasicFeeder netsuite:SearchItems builtin:BasicAggregator netsuite:CreateSalesOrder shopify:UpdateOrder slack:CreateMessage',
    errorTypes: ['RateLimitError', 'DataError', 'ConnectionError'],
    errorPercent: 1.4,
    operationsPerRun: 13,
    bytesPerOperation: 6100,
  },
  {
    name: 'Lead enrichment from web forms',
    description: 'Completes new leads with company data and hands them to sales.',
    modules:
      'gateway:CustomWebHook json:ParseJSON regexp:Parser clearbit:FindCompany http:ActionSendData util:SetVariables hubspotcrm:SearchContacts builtin:BasicRouter hubspotcrm:CreateContact hubspotcrm:UpdateContact salesforce:CreateRecord slack:CreateMessage',
    errorTypes: ['DataError', 'InvalidAccessTokenError', 'RateLimitError'],
    errorPercent: 2.2,
    operationsPerRun: 9,
    bytesPerOperation: 3800,
  },
  {
    name: 'Support tickets triage',
    description: 'Reads new tickets, finds out what they are about and who is to answer.',
    modules:
      'zendesk:WatchTickets zendesk:GetTicket openai-gpt-3:CreateCompletion json:ParseJSON util:SwitcherSwitch builtin:BasicRouter zendesk:UpdateTicket zendesk:AddComment jira:CreateIssue slack:CreateMessage google-sheets:addRow',
    errorTypes: ['ModuleTimeoutError', 'RateLimitError', 'RuntimeError'],
    errorPercent: 3.1,
    operationsPerRun: 8,
    bytesPerOperation: 9400,
    centicreditsPerOperation: 140,
  },
  {
    name: 'Invoices to the ledger',
    description: 'Turns invoices that arrive by mail into ledger entries.',
    modules:
      'email:TriggerNewEmail builtin:BasicFeeder google-drive:uploadAFile docparser:ParseDocument util:SetVariables xero:SearchContacts builtin:BasicRouter xero:CreateContact xero:CreateInvoice xero:UploadAttachment google-sheets:addRow slack:CreateMessage email:MoveEmail',
    errorTypes: ['DataError', 'MaxFileSizeExceededError', 'ConnectionError'],
    errorPercent: 2.6,
    operationsPerRun: 11,
    bytesPerOperation: 48_000,
  },
  {
    name: 'Nightly CRM synchronisation',
    description: 'Brings contacts of both systems into line.',
    modules:
      'salesforce:SearchRecords builtin:BasicFeeder util:ComposeTransformer datastore:SearchRecord builtin:BasicRouter hubspotcrm:SearchContacts hubspotcrm:CreateContact hubspotcrm:UpdateContact datastore:AddRecord datastore:UpdateRecord builtin:BasicAggregator google-sheets:addRow email:ActionSendEmail',
    errorTypes: ['RateLimitError', 'DuplicateDataError', 'ConnectionError'],
    errorPercent: 1.1,
    operationsPerRun: 42,
    bytesPerOperation: 2700,
  },
  {
    name: 'Stock levels to the shops',
    description: 'Tells every sales channel what the warehouse holds.',
    modules:
      'http:ActionSendData json:ParseJSON builtin:BasicFeeder datastore:GetRecord util:SetVariables builtin:BasicRouter shopify:UpdateInventoryLevel woocommerce:UpdateProduct amazon-seller:UpdateInventory datastore:UpdateRecord builtin:BasicAggregator slack:CreateMessage',
    errorTypes: ['ConnectionError', 'RateLimitError', 'IncompleteDataError'],
    errorPercent: 1.8,
    operationsPerRun: 27,
    bytesPerOperation: 4400,
  },
  {
    name: 'Employee onboarding',
    description: 'Creates accounts and first tasks for whoever joins.',
    modules:
      'bamboohr:WatchEmployees bamboohr:GetEmployee util:SetVariables google-admin:CreateUser google-admin:AddMember slack:InviteUser jira:CreateUser notion:CreatePage builtin:BasicRouter asana:CreateTask google-calendar:CreateEvent email:ActionSendEmail',
    errorTypes: ['InvalidAccessTokenError', 'DuplicateDataError', 'RuntimeError'],
    errorPercent: 2.9,
    operationsPerRun: 12,
    bytesPerOperation: 2100,
  },
  {
    name: 'Campaign report',
    description: 'Collects what advertising cost and brought, every morning.',
    modules:
      'google-ads:GetReport facebook-insights:GetInsights linkedin-ads:GetAnalytics builtin:BasicFeeder util:ComposeTransformer math:Evaluate builtin:BasicAggregator google-sheets:updateRange google-slides:CreatePresentation google-drive:shareAFile slack:CreateMessage email:ActionSendEmail',
    errorTypes: ['InvalidAccessTokenError', 'RateLimitError', 'ModuleTimeoutError'],
    errorPercent: 2.4,
    operationsPerRun: 18,
    bytesPerOperation: 11_000,
  },
  {
    name: 'Payments reconciliation',
    description: 'Matches payouts with open invoices.',
    modules:
      'stripe:WatchEvents stripe:GetCharge stripe:GetBalanceTransaction util:SetVariables quickbooks:SearchInvoices builtin:BasicRouter quickbooks:CreatePayment quickbooks:CreateJournalEntry datastore:AddRecord google-sheets:addRow slack:CreateMessage',
    errorTypes: ['DataError', 'RateLimitError', 'RuntimeError'],
    errorPercent: 1.6,
    operationsPerRun: 9,
    bytesPerOperation: 3300,
  },
  {
    name: 'Contract approvals',
    description: 'Sends contracts round for signature and files them.',
    modules:
      'docusign:WatchEnvelopes docusign:GetEnvelope docusign:DownloadDocument google-drive:uploadAFile util:SetVariables salesforce:SearchRecords builtin:BasicRouter salesforce:UpdateRecord notion:UpdateDatabaseItem slack:CreateMessage email:ActionSendEmail',
    errorTypes: ['MaxFileSizeExceededError', 'ConnectionError', 'InvalidAccessTokenError'],
    errorPercent: 2,
    operationsPerRun: 10,
    bytesPerOperation: 64_000,
  },
  {
    name: 'Delivery notices',
    description: 'Tells customers where their parcel is.',
    modules:
      'gateway:CustomWebHook json:ParseJSON aftership:GetTracking shopify:GetOrder util:SwitcherSwitch builtin:BasicRouter sendgrid:SendEmail twilio:CreateMessage shopify:UpdateFulfillment datastore:UpdateRecord google-sheets:addRow',
    errorTypes: ['DataError', 'ConnectionError', 'RateLimitError'],
    errorPercent: 1.3,
    operationsPerRun: 8,
    bytesPerOperation: 2600,
  },
  {
    name: 'Warehouse load',
    description: 'Copies what changed into the data warehouse.',
    modules:
      'postgres:SelectRows builtin:BasicFeeder util:ComposeTransformer json:TransformToJSON builtin:BasicAggregator google-cloud-storage:UploadObject google-bigquery:CreateJob util:FunctionSleep google-bigquery:GetJob builtin:BasicRouter datastore:UpdateRecord slack:CreateMessage',
    errorTypes: ['ModuleTimeoutError', 'ConnectionError', 'RuntimeError'],
    errorPercent: 2.7,
    operationsPerRun: 55,
    bytesPerOperation: 17_000,
  },
  {
    name: 'Social listening digest',
    description: 'Gathers mentions, weighs their mood and reports them.',
    modules:
      'twitter:SearchTweets reddit:SearchPosts rss:ActionReadArticles builtin:BasicFeeder openai-gpt-3:CreateCompletion json:ParseJSON builtin:BasicAggregator airtable:ActionCreateRecord notion:CreatePage slack:CreateMessage',
    errorTypes: ['RateLimitError', 'InvalidAccessTokenError', 'IncompleteDataError'],
    errorPercent: 3.6,
    operationsPerRun: 31,
    bytesPerOperation: 5200,
    centicreditsPerOperation: 180,
  },
  {
    name: 'Renewal reminders',
    description: 'Warns account owners before contracts end.',
    modules:
      'salesforce:SearchRecords builtin:BasicFeeder date:AddDays util:SetVariables builtin:BasicRouter hubspotcrm:CreateTask google-calendar:CreateEvent sendgrid:SendEmail slack:CreateMessage salesforce:UpdateRecord builtin:BasicAggregator google-sheets:addRow',
    errorTypes: ['RuntimeError', 'DataError', 'InvalidAccessTokenError'],
    errorPercent: 1.9,
    operationsPerRun: 14,
    bytesPerOperation: 2300,
  },
];
