locals {
  prefix   = var.package == null || var.prefix != null ? var.prefix : "ballast/"
  archives = var.package == null ? toset([]) : fileset(var.package, "*.zip")
  template = var.package == null ? null : "${var.package}/template.yaml"

  # With a hash, so that CloudFormation is asked again when the template has changed.
  template_key = var.package == null ? null : "${local.prefix}template-${filemd5(local.template)}.yaml"

  code = {
    CodeBucket          = var.bucket
    CodeBucketPerRegion = var.bucket == null ? null : "false"
    CodePrefix          = local.prefix
  }
  parameters = { for name, value in merge(local.given, local.code) : name => value if value != null }
}
