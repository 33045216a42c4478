// The AWS SDK for Go, version 2, against a key service: data keys, their context, a MAC, a grant, and
// the errors as the SDK's own types.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
)

func main() {
	ctx, key := context.Background(), os.Getenv("KEY")
	client := service(ctx)
	bound := map[string]string{"app": "go-2", "ключ": "wert"}

	made, err := client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{
		KeyId: aws.String(key), NumberOfBytes: aws.Int32(64), EncryptionContext: bound})
	must(err)
	opened, err := client.Decrypt(ctx, &kms.DecryptInput{
		CiphertextBlob: made.CiphertextBlob, EncryptionContext: bound})
	must(err)
	expect(len(made.Plaintext) == 64 && bytes.Equal(opened.Plaintext, made.Plaintext), "data key")

	made.CiphertextBlob[len(made.CiphertextBlob)-1] ^= 1
	_, err = client.Decrypt(ctx, &kms.DecryptInput{
		CiphertextBlob: made.CiphertextBlob, EncryptionContext: bound})
	var notOurs *types.InvalidCiphertextException
	expect(errors.As(err, &notOurs), "a changed blob: %v", err)

	coding, err := client.CreateKey(ctx, &kms.CreateKeyInput{
		KeySpec: types.KeySpecHmac256, KeyUsage: types.KeyUsageTypeGenerateVerifyMac,
		Tags: []types.Tag{{TagKey: aws.String("made-by"), TagValue: aws.String("go-2")}}})
	must(err)
	mac, err := client.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: coding.KeyMetadata.Arn, Message: []byte("message"),
		MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	must(err)
	expect(len(mac.Mac) == 32, "mac")
	_, err = client.VerifyMac(ctx, &kms.VerifyMacInput{
		KeyId: coding.KeyMetadata.Arn, Message: []byte("another"), Mac: mac.Mac,
		MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	var wrongMAC *types.KMSInvalidMacException
	expect(errors.As(err, &wrongMAC), "another message: %v", err)

	_, err = client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: coding.KeyMetadata.KeyId})
	must(err)
	_, err = client.GenerateMac(ctx, &kms.GenerateMacInput{
		KeyId: coding.KeyMetadata.Arn, Message: []byte("message"),
		MacAlgorithm: types.MacAlgorithmSpecHmacSha256})
	var disabled *types.DisabledException
	expect(errors.As(err, &disabled), "disabled: %v", err)

	os.Setenv("AWS_ACCESS_KEY_ID", "AKIATHEREISNONESUCH0")
	_, err = service(ctx).ListKeys(ctx, &kms.ListKeysInput{})
	var refused smithy.APIError
	expect(errors.As(err, &refused) && refused.ErrorCode() == "UnrecognizedClientException",
		"unknown access key: %v", err)
	fmt.Println("sdk for go 2: ok")
}

func service(ctx context.Context) *kms.Client {
	loaded, err := config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(
		aws.EndpointResolverWithOptionsFunc(
			func(_, _ string, _ ...interface{}) (aws.Endpoint, error) {
				return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL")}, nil
			})))
	must(err)
	return kms.NewFromConfig(loaded)
}

func must(err error) { expect(err == nil, "%v", err) }

func expect(holds bool, format string, values ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, "sdk for go 2: "+format+"\n", values...)
		os.Exit(1)
	}
}
