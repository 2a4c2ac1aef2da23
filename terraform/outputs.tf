output "id" {
  description = "ARN of the stack."
  value       = aws_cloudformation_stack.ballast.id
}

output "outputs" {
  description = "What the stack says of itself: NotificationsTopic to subscribe to, LedgerTable, HistoryLogGroup, and the queues of dead letters."
  value       = aws_cloudformation_stack.ballast.outputs
}
