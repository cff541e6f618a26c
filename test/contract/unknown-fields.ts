/** The organizations that are asked have no such thing: a trial, a cancellation, a payment that failed. */
const ofNothing = `
  CustomerTax.exemptionType Discount.amountOff MakeSubscription.trial PaymentMethod.email
  Plan.billingCycles PlatformInvoice.nextPaymentAttemptAt PlatformPayment.failureCode
  PlatformPayment.failureMessage PlatformSubscription.canceledAt
  PlatformSubscription.cancellationFeedback PlatformSubscription.cancellationReason
  PlatformSubscription.endsAt PlatformSubscription.paymentMethodId PlatformSubscription.trial RetryCampaign.failure
  Trial.daysLeft Trial.end Trial.start Upstream.failingEndpoints UpstreamUsageForecast.exhaustedAt
  UsageForecast.exhaustedAt
`;

/** Neither dialect, and no answer of the platform, tells it. */
const toldByNobody = `
  AccessLogConnection.totalCount MakeSubscription.cancelAtPeriodEnd MakeSubscription.canceledAt
  MakeSubscription.endsAt PlatformInvoice.number PlatformPayment.invoiceNumber
  PlatformSubscription.discount PlatformSubscription.interval PlatformSubscription.intervalCount
  PlatformSubscription.price UserAnalytics.credits
`;

/** The live dialect alone tells it. */
const notDocumented = `
  AnalyticsChanges.credits AnalyticsChanges.errorRate AnalyticsChanges.errors AnalyticsChanges.executions
  AnalyticsChanges.operations AuditLogChange.from AuditLogChange.to AuditLogEntry.change AuditLogEntry.createdAt
  Discount.productId Discount.productName Discount.validFrom ExecutionLog.run
  ExecutionRun.authorId ExecutionRun.credits ExecutionRun.dataTransfer ExecutionRun.durationMs
  ExecutionRun.operations ExecutionRun.trigger IncompleteExecution.scenarioName IncompleteExecution.size
  IncompleteExecutionCount.all IncompleteExecutionCount.open MakeInvoice.hostedUrl
  MakePayment.card MakePayment.description MakePayment.hostedUrl MakePayment.periodEnd MakePayment.periodStart
  MakePayment.rawType
  MakePrice.description Organization.paymentMethodOptions OrganizationAnalytics.changes PaymentCard.brand
  PaymentCard.country PaymentCard.expiryMonth PaymentCard.expiryYear PaymentCard.fingerprint PaymentCard.last4
  PaymentCard.network
  PaymentMethod.isDefaultForExtras PaymentMethod.isImmediate PaymentMethod.isValid
  PaymentMethodOption.canBeDefault PaymentMethodOption.canBeDefaultForExtras PaymentMethodOption.label
  PaymentMethodOption.rawType PaymentMethodOption.type Scenario.createdAt Scenario.credits
  Scenario.description Scenario.incompleteExecutionCount Scenario.lastEditedAt Scenario.nextRunAt
  ScenarioPerformance.changes ScenarioPerformance.credits ScenarioPerformance.rawStatus TeamAnalytics.changes TeamAnalytics.credits Usage.credits
  Usage.dataTransfer
`;

/** The documented dialect alone tells it. */
const notLive = `
  ActivityPattern.byEventType ActivityPattern.byHour ActivityPattern.byWeekday ActivityPattern.events
  ActivityPattern.lastActiveAt AnalyticsPoint.date AnalyticsPoint.value AuditLogTarget.name
  AuditLogTarget.type BilledUsage.operations BilledUsage.resetAt BilledUsage.storage BilledUsage.users
  BillingProfile.address BillingProfile.currentAmount BillingProfile.fetchedAt
  BillingProfile.invoiceEmailRecipients BillingProfile.nextAmount BillingProfile.overageCharges
  BillingProfile.subscription BillingProfile.taxId BillingProfile.usage
  CostAnalysis.costPerThousandOperations CostAnalysis.lost CostAnalysis.scenarios CostAnalysis.teams
  CostAnalysis.total Discount.couponId ErrorPattern.count ErrorPattern.errorType ErrorPattern.lastOccurredAt
  ErrorPattern.open ErrorPattern.scenarioIds EventCount.count EventCount.eventType
  ExecutionCounts.incomplete ExecutionError.occurredAt ExecutionLog.data ExecutionLog.message
  ExecutionLog.moduleId ExecutionLogConnection.totalCount FailedModule.name FailedModule.position
  IncompleteExecution.executionId IncompleteExecution.lastRetryAt IncompleteExecution.rawStatus
  IncompleteExecution.updatedAt MakeInvoice.dueAt MakeInvoice.lineItems MakeInvoice.paymentMethod
  MakeInvoice.paidAt MakeInvoice.subtotal MakeInvoice.tax MakePlanFeature.isIncluded MakePlanFeature.limit
  MakePlanFeature.name MakePlanSubscription.features MakePlanSubscription.interval
  MakePlanSubscription.nextBillingAt MakePlanSubscription.plan MakePlanSubscription.rawPlan
  MakePlanSubscription.rawStatus MakePlanSubscription.status MakeSubscription.currentPeriodEnd
  MakeSubscription.makeId
  MakeSubscription.currentPeriodStart MakeSubscription.features MakeSubscription.planDescription
  MakeSubscription.rawStatus MakeSubscription.status ModuleEfficiency.averageDurationMs
  ModuleEfficiency.failures ModuleEfficiency.moduleId ModuleEfficiency.name ModuleEfficiency.runs
  ModuleEfficiency.scenarioId Organization.billing OrganizationAnalytics.apiCalls
  OrganizationAnalytics.costs OrganizationAnalytics.dataTransfer OrganizationAnalytics.errorPatterns
  OrganizationAnalytics.modules OrganizationAnalytics.operations OrganizationAnalytics.period
  OrganizationAnalytics.resetAt OrganizationAnalytics.resources OrganizationAnalytics.trends
  OrganizationAnalytics.userActivity PaymentConnection.totalCount PaymentMethod.billingAddress
  ResourceUsage.credits ResourceUsage.dataTransfer ResourceUsage.incompleteExecutionsBytes
  ResourceUsage.operations ResourceUsage.storage ScenarioCost.cost ScenarioCost.lost
  ScenarioCost.operations ScenarioCost.scenarioId ScenarioCost.scenarioName ScenarioCost.teamId
  ScenarioPerformance.dataTransfer TeamAnalytics.dataTransfer TeamAnalytics.errorPatterns
  TeamAnalytics.period TeamAnalytics.trends TeamCost.cost TeamCost.teamId TeamCost.teamName
  TeamSummary.topErrors Trends.executionSuccessRate Trends.operations UpstreamUsageForecast.averagePerDay
  UpstreamUsageForecast.expectedOverage UpstreamUsageForecast.fetchedAt UpstreamUsageForecast.generatedAt
  UpstreamUsageForecast.included UpstreamUsageForecast.method UpstreamUsageForecast.period
  UpstreamUsageForecast.predicted UpstreamUsageForecast.used Usage.asOf Usage.storage Usage.users
  UsageForecast.upstream UsagePoint.errors UsagePoint.executions User.analytics UserActivity.events
  UserActivity.lastActiveAt UserActivity.userId UserActivity.userName UserAnalytics.activity
  UserAnalytics.dataTransfer UserAnalytics.executions UserAnalytics.fetchedAt
  UserAnalytics.operationsUsed UserAnalytics.period UserAnalytics.scenarioPerformance
  UserAnalytics.successRate UserAnalytics.userId UserAnalytics.userName
`;

/** The one organization that is asked in the live dialect has no such thing. */
const ofNothingThere = `
  Address.line2 Discount.code Discount.percentOff Discount.productId Discount.productName Discount.validFrom
  Discount.validUntil MakeSubscription.discount
  PlanChangePreview.obstacle
`;

const listed = (text: string): string[] => text.split(/\s+/).filter((field) => field !== '');

/** Fields that have a value nowhere on the sandbox, and why. */
export function unknownFields(dialect: 'documented' | 'live'): ReadonlySet<string> {
  const ofDialect =
    dialect === 'documented' ? listed(notDocumented) : [...listed(notLive), ...listed(ofNothingThere)];
  return new Set([...listed(ofNothing), ...listed(toldByNobody), ...ofDialect]);
}
