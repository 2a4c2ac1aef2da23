data "aws_region" "current" {}

data "aws_s3_bucket" "code" {
  count  = var.package == null ? 0 : 1
  bucket = var.bucket

  lifecycle {
    postcondition {
      condition     = strcontains(self.bucket_regional_domain_name, ".${data.aws_region.current.id}.")
      error_message = "Bucket ${var.bucket} is not in ${data.aws_region.current.id}, and Lambda takes code only from its own Region."
    }
  }
}

resource "aws_s3_object" "archive" {
  for_each = local.archives

  bucket = data.aws_s3_bucket.code[0].id
  key    = "${local.prefix}${each.key}"
  source = "${var.package}/${each.key}"

  lifecycle {
    create_before_destroy = true # a stack that rolls back takes the old one
  }
}

resource "aws_s3_object" "template" {
  count = var.package == null ? 0 : 1

  bucket = data.aws_s3_bucket.code[0].id
  key    = local.template_key
  source = local.template

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudformation_stack" "ballast" {
  name         = var.name
  template_url = var.package == null ? var.template_url : "https://${data.aws_s3_bucket.code[0].bucket_regional_domain_name}/${aws_s3_object.template[0].key}"
  parameters   = local.parameters
  capabilities = ["CAPABILITY_IAM"]
  tags         = var.tags

  depends_on = [aws_s3_object.archive]
}
