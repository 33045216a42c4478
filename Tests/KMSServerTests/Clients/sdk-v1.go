// The AWS SDK for Go, version 1, against a key service: data keys, their context, a signature, and the
// errors as the SDK's own types.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/kms"
)

func main() {
	endpoint, key := os.Getenv("AWS_ENDPOINT_URL"), os.Getenv("KEY")
	sess := session.Must(session.NewSession(&aws.Config{
		Endpoint: aws.String(endpoint), Region: aws.String(os.Getenv("AWS_REGION"))}))
	client := kms.New(sess)
	context := map[string]*string{"app": aws.String("go-1"), "empty": aws.String("-")}

	made, err := client.GenerateDataKey(&kms.GenerateDataKeyInput{
		KeyId: aws.String(key), KeySpec: aws.String("AES_256"), EncryptionContext: context})
	must(err)
	opened, err := client.Decrypt(&kms.DecryptInput{
		CiphertextBlob: made.CiphertextBlob, EncryptionContext: context})
	must(err)
	expect(len(made.Plaintext) == 32 && bytes.Equal(opened.Plaintext, made.Plaintext), "data key")

	_, err = client.Decrypt(&kms.DecryptInput{CiphertextBlob: made.CiphertextBlob})
	var notOurs *kms.InvalidCiphertextException
	expect(errors.As(err, &notOurs), "another context: %v", err)

	_, err = client.DescribeKey(&kms.DescribeKeyInput{KeyId: aws.String("alias/there-is-none")})
	var notFound *kms.NotFoundException
	expect(errors.As(err, &notFound), "no such key: %v", err)

	signing, err := client.CreateKey(&kms.CreateKeyInput{
		KeySpec: aws.String("ECC_NIST_P256"), KeyUsage: aws.String("SIGN_VERIFY")})
	must(err)
	message := []byte("signed by the key service")
	signature, err := client.Sign(&kms.SignInput{
		KeyId: signing.KeyMetadata.KeyId, Message: message,
		SigningAlgorithm: aws.String("ECDSA_SHA_256")})
	must(err)
	verified, err := client.Verify(&kms.VerifyInput{
		KeyId: signing.KeyMetadata.KeyId, Message: message, Signature: signature.Signature,
		SigningAlgorithm: aws.String("ECDSA_SHA_256")})
	must(err)
	expect(*verified.SignatureValid, "signature")

	count := 0
	must(client.ListKeysPages(&kms.ListKeysInput{Limit: aws.Int64(1)},
		func(page *kms.ListKeysOutput, last bool) bool { count += len(page.Keys); return true }))
	expect(count >= 2, "keys page by page: %d", count)

	os.Setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
	forger := kms.New(session.Must(session.NewSession(&aws.Config{
		Endpoint: aws.String(endpoint), Region: aws.String(os.Getenv("AWS_REGION"))})))
	_, err = forger.ListKeys(&kms.ListKeysInput{})
	var refused awserr.Error
	expect(errors.As(err, &refused) && refused.Code() == "InvalidSignatureException", "forged: %v", err)
	fmt.Println("sdk for go 1: ok")
}

func must(err error) { expect(err == nil, "%v", err) }

func expect(holds bool, format string, values ...interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, "sdk for go 1: "+format+"\n", values...)
		os.Exit(1)
	}
}
